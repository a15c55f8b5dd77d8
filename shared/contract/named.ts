import * as z from 'zod/mini';

/**
 * Says in the API's document what a body is for. What extends the schema doesn't take the sentence over: it has one of its own.
 *
 * @param description one sentence or more
 */
export const described = <Schema extends z.ZodMiniType>(description: string, schema: Schema): Schema => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

/**
 * Gives a part that several bodies share its name in the API's document, of which generators make one class. Requests and answers
 * have the name of their flow without it (functions/describe-service/body-names.ts).
 */
export const named = <Schema extends z.ZodMiniType>(id: string, description: string, schema: Schema): Schema => {
  z.globalRegistry.add(schema, { id, description });
  return schema;
};
