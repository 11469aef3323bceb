import { badMessage } from './errors.ts'

/** One frame of a message: bytes, or text that is sent as UTF-8. */
export type Frame = string | Uint8Array

/** Frames as they are sent: a copy, so that the caller's bytes may change afterwards. @throws ZMQ_MESSAGE_INVALID */
export function encoded(label: string, frames: readonly Frame[]): Buffer[] {
  if (!Array.isArray(frames) || frames.length === 0)
    throw badMessage(label, 'an array of at least one frame', frames)
  return frames.map((frame) => {
    if (typeof frame === 'string' || frame instanceof Uint8Array) return Buffer.from(frame as Uint8Array)
    throw badMessage(label, 'a string or a Uint8Array', frame)
  })
}
