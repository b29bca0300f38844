/**
 * Small descriptors of JSON values. One interpretive decoder (`decode.ts`) reads them in the wasm and under Node; the
 * ABI is derived from them. Types follow from the descriptors: `Decoded` is what the core gets, `Input` what a caller
 * writes.
 */

export type TextFormat =
  | "account_id"
  | "tls_public_key"
  | "signer_key"
  | "x25519_key"
  | "domain_key"
  | "signature"
  | "sha256"
  | "url"
  | "network_id"
  | "yocto"
  | "hex16"
  | "hex32"
  | "hex33"
  | "eddsa_payload"
  | "envelope"
  | "text";

export interface TextNode {
  readonly type: "text";
  readonly format: TextFormat;
}
export interface IntegerNode {
  readonly type: "integer";
  readonly maximum: number;
}
/** So many bytes as a list of numbers. */
export interface BytesNode {
  readonly type: "bytes";
  readonly length: number;
}
export interface BooleanNode {
  readonly type: "boolean";
}
export interface ChoiceNode {
  readonly type: "choice";
  readonly values: readonly string[];
}
/** Optional fields may be missing or null; both are decoded as null. */
export interface ObjectNode {
  readonly type: "object";
  readonly fields: Readonly<Record<string, AnySchema>>;
  readonly optional: Readonly<Record<string, AnySchema>>;
  /** Longest legal text of arguments, where that is more than usual. */
  readonly characters?: number;
}
export interface ListNode {
  readonly type: "list";
  readonly item: AnySchema;
  readonly maximum: number;
}
export interface TupleNode {
  readonly type: "tuple";
  readonly items: readonly AnySchema[];
}
/** `decimal`: a whole number in its shortest form. */
export type MapKey = "account_id" | "decimal";
export interface MapNode {
  readonly type: "map";
  readonly key: MapKey;
  readonly value: AnySchema;
  readonly maximum: number;
}
export interface NullableNode {
  readonly type: "nullable";
  readonly value: AnySchema;
}
/** Externally tagged: `{"Variant": value}`, or the bare name of a variant without value. */
export interface TaggedNode {
  readonly type: "tagged";
  readonly variants: Readonly<Record<string, AnySchema | null>>;
}

export type SchemaNode =
  | TextNode
  | IntegerNode
  | BytesNode
  | BooleanNode
  | ChoiceNode
  | ObjectNode
  | ListNode
  | TupleNode
  | MapNode
  | NullableNode
  | TaggedNode;

declare const decoded: unique symbol;
declare const input: unique symbol;
/** A descriptor that knows the type it decodes to and the type a caller writes. */
export type Schema<Out, In = Out> = SchemaNode & { readonly [decoded]?: Out; readonly [input]?: In };
// biome-ignore lint/suspicious/noExplicitAny: a schema of whatever type
export type AnySchema = SchemaNode & { readonly [decoded]?: any; readonly [input]?: any };

export type Decoded<S> = S extends { readonly [decoded]?: infer Out } ? Exclude<Out, undefined> : never;
export type Input<S> = S extends { readonly [input]?: infer In } ? Exclude<In, undefined> : never;

type Fields = Readonly<Record<string, AnySchema>>;
type DecodedFields<F extends Fields, O extends Fields> = { readonly [Name in keyof F]: Decoded<F[Name]> } & {
  readonly [Name in keyof O]: Decoded<O[Name]> | null;
};
type InputFields<F extends Fields, O extends Fields> = { readonly [Name in keyof F]: Input<F[Name]> } & {
  readonly [Name in keyof O]?: Input<O[Name]> | null;
};
type DecodedItems<Items extends readonly AnySchema[]> = { readonly [At in keyof Items]: Decoded<Items[At]> };
type InputItems<Items extends readonly AnySchema[]> = { readonly [At in keyof Items]: Input<Items[At]> };
type DecodedVariants<V> = {
  [Name in keyof V]: V[Name] extends null ? Name : { readonly [K in Name]: Decoded<V[Name]> };
}[keyof V];
type InputVariants<V> = {
  [Name in keyof V]: V[Name] extends null ? Name : { readonly [K in Name]: Input<V[Name]> };
}[keyof V];

/** Equal descriptors are one object where that is easily done: each takes 60 bytes of the wasm. */
const NO_FIELDS = {};
const ANY_INTEGER: IntegerNode = { type: "integer", maximum: Number.MAX_SAFE_INTEGER };
const BOOLEAN: BooleanNode = { type: "boolean" };

export function text<Out extends string>(format: TextFormat): Schema<Out, string> {
  return { type: "text", format };
}

/** A whole number from 0 to `maximum`, or to the largest safe integer. */
export function integer<Out extends number = number>(maximum?: number): Schema<Out, number> {
  return maximum === undefined ? ANY_INTEGER : { type: "integer", maximum };
}

/** A list of exactly `length` whole numbers from 0 to 255. */
export function bytes<Out extends readonly number[]>(length: number): Schema<Out, readonly number[]> {
  return { type: "bytes", length };
}

export function boolean(): Schema<boolean> {
  return BOOLEAN;
}

export function choice<const Values extends readonly string[]>(values: Values): Schema<Values[number]> {
  return { type: "choice", values };
}

export function object<const F extends Fields, const O extends Fields = Record<never, never>>(
  fields: F,
  optional?: O,
): Schema<DecodedFields<F, O>, InputFields<F, O>> {
  return { type: "object", fields, optional: optional ?? NO_FIELDS };
}

/** An object of arguments whose text may have so many characters. */
export function longObject<const F extends Fields>(
  fields: F,
  characters: number,
): Schema<DecodedFields<F, Record<never, never>>, InputFields<F, Record<never, never>>> {
  return { type: "object", fields, optional: NO_FIELDS, characters };
}

export function list<Item extends AnySchema>(
  item: Item,
  maximum: number,
): Schema<readonly Decoded<Item>[], readonly Input<Item>[]> {
  return { type: "list", item, maximum };
}

export function tuple<const Items extends readonly AnySchema[]>(
  items: Items,
): Schema<DecodedItems<Items>, InputItems<Items>> {
  return { type: "tuple", items };
}

/** An object with keys of one kind. */
export function map<Value extends AnySchema>(
  key: MapKey,
  value: Value,
  maximum: number,
): Schema<Readonly<Record<string, Decoded<Value>>>, Readonly<Record<string, Input<Value>>>> {
  return { type: "map", key, value, maximum };
}

export function nullable<Value extends AnySchema>(
  value: Value,
): Schema<Decoded<Value> | null, Input<Value> | null> {
  return { type: "nullable", value };
}

export function tagged<const Variants extends Readonly<Record<string, AnySchema | null>>>(
  variants: Variants,
): Schema<DecodedVariants<Variants>, InputVariants<Variants>> {
  return { type: "tagged", variants };
}
