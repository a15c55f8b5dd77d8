/** Whether the caller is a browser that shows the answer to a person: programs don't accept `text/html`. */
export const acceptsHtml = ({ accept }: Readonly<Record<string, string | undefined>>): boolean =>
  accept?.includes('text/html') ?? false;
