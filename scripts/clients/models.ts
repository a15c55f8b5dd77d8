/** A JSON object. */
export type Json = Record<string, unknown>;

/** A generated class, as its source says that it writes and reads JSON. */
export interface Model {
  /** @throws Error for a member that the class has not */
  write(fields: Json): Json;
  /** @throws Error where the generated decoder would */
  read(json: Json): Json;
}

export type Models = Readonly<Record<string, Model>>;

/** A generated call. */
export interface Operation {
  method: string;
  path: string;
  contentType: string | null;
  /** The class of its answer; `null` where it has none. */
  answer: string | null;
}
