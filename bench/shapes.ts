import { type ChildProcess, spawn } from 'node:child_process'
import { type Driver, environment } from '@testrig/core'
import { App } from '@testrig/driver-app'
import { timed } from './statistics.ts'

/** A graph of equal programs: for each, the earlier ones that it waits for. */
export type Shape = readonly (readonly number[])[]

export interface Program {
  readonly file: string
  readonly args: readonly string[]
}

/** A program that prints a line when it is up, and then runs on. */
export const nodeProgram: Program = {
  file: process.execPath,
  args: ['-e', "require('net').createServer().listen(0, '127.0.0.1', () => console.log('ready'))"],
}

export const shellProgram: Program = { file: '/bin/sh', args: ['-c', 'echo ready; exec sleep 600'] }

export function chain(length: number): Shape {
  return Array.from({ length }, (_, index) => (index === 0 ? [] : [index - 1]))
}

export function wide(width: number): Shape {
  return Array.from({ length: width }, () => [])
}

/** One, then three at once, then one. */
export const diamond: Shape = [[], [0], [0], [0], [1, 2, 3]]

/** Milliseconds until an environment of such drivers is up. */
export async function startOf(shape: Shape, program: Program): Promise<number> {
  const drivers = shape.map((_, index) => app(`d${index}`, program))
  const dependencies = shape.flatMap((befores, index) =>
    befores.map((before) => [drivers[before] as Driver, drivers[index] as Driver] as const),
  )
  const group = environment(drivers, { dependencies }).create()
  try {
    return await timed(() => group.start())
  } finally {
    await group.stop()
  }
}

/** Milliseconds until the same programs, spawned by hand in the same order, have all printed their line. */
export async function bareStartOf(shape: Shape, program: Program): Promise<number> {
  const children: ChildProcess[] = []
  const ready: Promise<void>[] = []
  try {
    return await timed(async () => {
      for (const befores of shape) {
        const previous = befores.map((before) => ready[before])
        ready.push(
          previous.length === 0
            ? line(program, children)
            : Promise.all(previous).then(() => line(program, children)),
        )
      }
      await Promise.all(ready)
    })
  } finally {
    await Promise.all(children.map(ended))
  }
}

function app(name: string, { file, args }: Program): App {
  return new App({ name, binary: file, args, stdoutRegexps: [/ready/] })
}

function line({ file, args }: Program, children: ChildProcess[]): Promise<void> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  children.push(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('ready')) resolve()
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  })
}
