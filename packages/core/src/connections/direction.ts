/** Which side of a connection a driver is: the one that connects or writes, or the one that listens or reads. */
export const Direction = { CONNECTING: 'connecting', LISTENING: 'listening' } as const
export type Direction = (typeof Direction)[keyof typeof Direction]

/** What the built-in connections speak; a connection of one's own may have another name. */
export const Protocol = { TCP: 'tcp', UDP: 'udp', UNIX: 'unix', FILE: 'file' } as const
export type Protocol = (typeof Protocol)[keyof typeof Protocol]
