import { loadEvent } from './load-event.ts';
import { startWorld } from './world.ts';

/** A schema, or what refers to one. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

interface MediaType {
  schema: JsonSchema;
  example?: unknown;
  examples?: Record<string, { value?: unknown; $ref?: string }>;
}

interface OpenApiAnswer {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: unknown[];
  parameters: { name: string; in: string; description?: string; example?: unknown }[];
  requestBody?: { required: boolean; description?: string; content: Record<string, MediaType> };
  responses: Record<string, OpenApiAnswer>;
}

/** As much of an OpenAPI document as tests look at. */
export interface OpenApi {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    headers: Record<string, object>;
    examples: Record<string, object>;
  };
}

/** Reads the document as the service publishes it. */
export const readOpenApi = async (): Promise<{ text: string; document: OpenApi }> => {
  const world = await startWorld();
  const { text } = await world.call('describe-service', loadEvent('describe-service/openapi'));
  await world.close();
  return { text, document: JSON.parse(text) as OpenApi };
};
