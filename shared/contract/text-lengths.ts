/** UTF-16 units of a person's name at most: the API refuses more, and the pages' fields take no more. */
export const NAME_MAX_LENGTH = 256;
