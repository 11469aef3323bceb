import type { FieldDefinition } from './dictionary.ts'

// Source: FIX.5.0SP2, data types. A type that is not here is free text.
const DIGITS = /^\d+$/
const DECIMAL = /^-?(\d+\.?\d*|\.\d+)$/
const DATE = /^\d{8}$/
const TIME = '([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d{1,12})?'
const ZONE = '(Z|[+-]\\d\\d(:\\d\\d)?)'

const FORMATS: Readonly<Record<string, RegExp>> = {
  INT: /^-?\d+$/,
  LENGTH: DIGITS,
  NUMINGROUP: DIGITS,
  SEQNUM: DIGITS,
  TAGNUM: DIGITS,
  DAYOFMONTH: /^([1-9]|[12]\d|3[01])$/,
  FLOAT: DECIMAL,
  QTY: DECIMAL,
  PRICE: DECIMAL,
  PRICEOFFSET: DECIMAL,
  AMT: DECIMAL,
  PERCENTAGE: DECIMAL,
  CHAR: /^.$/su,
  BOOLEAN: /^[YN]$/,
  CURRENCY: /^[A-Z0-9]{3}$/,
  COUNTRY: /^[A-Z]{2}$/,
  MONTHYEAR: /^\d{6}(\d\d|w[1-5])?$/,
  UTCTIMESTAMP: new RegExp(`^\\d{8}-${TIME}$`),
  UTCTIMEONLY: new RegExp(`^${TIME}$`),
  UTCDATEONLY: DATE,
  UTCDATE: DATE,
  LOCALMKTDATE: DATE,
  TZTIMEONLY: new RegExp(`^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,12})?)?${ZONE}?$`),
  TZTIMESTAMP: new RegExp(`^\\d{8}-${TIME}${ZONE}?$`),
}

/** Whether the text is written as the field's type demands. */
export function hasFormat({ type }: FieldDefinition, text: string): boolean {
  return FORMATS[type]?.test(text) ?? true
}

/** Whether the text is one of the field's values; a type of several takes some of them, with spaces between. */
export function isListed({ type, values }: FieldDefinition, text: string): boolean {
  if (values === undefined) return true
  return type.startsWith('MULTIPLE') ? text.split(' ').every((each) => values.has(each)) : values.has(text)
}
