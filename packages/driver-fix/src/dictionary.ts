import type { DataFields } from './data-fields.ts'

/** The fields of a message, of its header or trailer, or of a group's entry. */
export interface Members {
  /** Tags in their order; those inside groups are not among them. */
  readonly tags: ReadonlySet<number>
  readonly required: ReadonlySet<number>
  /** What the entries of a group hold, by the tag of its count. */
  readonly groups: ReadonlyMap<number, Members>
  /** All tags, those inside groups included. */
  readonly all: ReadonlySet<number>
}

export interface FieldDefinition {
  readonly name: string
  /** The type's name in the specification, such as `PRICE`. */
  readonly type: string
  /** The values that it may have, when the dictionary lists them. */
  readonly values: ReadonlySet<string> | undefined
}

/** What one version of FIX, or a venue's dialect of it, consists of. */
export interface Dictionary {
  /** Such as `FIX.4.4`, `FIXT.1.1` or `FIX.5.0SP2`. */
  readonly version: string
  readonly fields: ReadonlyMap<number, FieldDefinition>
  readonly tagOf: ReadonlyMap<string, number>
  readonly header: Members
  readonly trailer: Members
  /** By message type. */
  readonly messages: ReadonlyMap<string, Members>
  readonly dataFields: DataFields
}
