const STEPS = [1, 2, 5, 10]

/** Round numbers from 0 on, at most so many, that divide a span for the eye. */
export function ticks(span: number, most: number): readonly number[] {
  const least = span / most
  const magnitude = 10 ** Math.floor(Math.log10(least))
  const step = magnitude * (STEPS.find((factor) => factor * magnitude >= least) ?? 10)
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step)
}
