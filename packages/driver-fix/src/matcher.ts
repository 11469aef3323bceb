import { badMatcher, impossibleValue } from './errors.ts'
import type { FixMessage, FixTag } from './fix-message.ts'
import { type FixValue, fieldValue } from './fix-value.ts'
import { isAdmin, Tag } from './tags.ts'

/** What a tag must hold: a value as it is sent, or what a regular expression finds in its text. */
export type FixPattern = { readonly [tag: number | string]: FixValue | RegExp }

/** Which messages are meant: those with these values, or those that a function says yes to. */
export type FixMatcher = FixPattern | ((message: FixMessage) => boolean)

/** Makes sure that there can be messages that match. @throws OPTION_INVALID */
export function checkMatcher(label: string, matcher: FixMatcher): void {
  if (typeof matcher === 'function') return
  // The fields of a Map or of pairs, as send() takes them, would match every message.
  if (typeof matcher !== 'object' || matcher === null || Symbol.iterator in matcher)
    throw badMatcher(label, matcher)
  for (const [tag, wanted] of Object.entries(matcher))
    if (!(wanted instanceof RegExp) && fieldValue(wanted) === undefined)
      throw impossibleValue(label, tag, wanted)
}

/** @throws FIX_TAG_UNKNOWN for names that no dictionary explains, when it is asked */
export function matches(matcher: FixMatcher, message: FixMessage): boolean {
  if (typeof matcher === 'function') return matcher(message)
  return Object.entries(matcher).every(([key, wanted]) => holds(message, tagOf(key), wanted))
}

/** Whether a matcher is for messages between the sessions, by their type. */
export function meansAdmin(matcher: FixMatcher): boolean {
  if (typeof matcher === 'function') return false
  const type = matcher[Tag.MsgType] ?? matcher.MsgType
  return typeof type !== 'object' && isAdmin(String(type))
}

/** The matcher in words. */
export function matcherText(matcher: FixMatcher): string {
  if (typeof matcher === 'function') return `a message that ${matcher.name || 'the function'} says yes to`
  return `a message with ${Object.entries(matcher)
    .map(([key, wanted]) => `${key}=${wanted instanceof RegExp ? wanted : fieldValue(wanted)}`)
    .join(' and ')}`
}

function holds(message: FixMessage, tag: FixTag, wanted: FixValue | RegExp): boolean {
  if (wanted instanceof RegExp)
    return new RegExp(wanted, wanted.flags.replace(/[gy]/g, '')).test(message.get(tag) ?? '')
  const value = fieldValue(wanted)
  if (typeof value === 'string') return message.get(tag) === value
  return value !== undefined && (message.bytes(tag)?.equals(value) ?? false)
}

function tagOf(key: string): FixTag {
  return /^\d+$/.test(key) ? Number(key) : key
}
