/**
 * Node's HTTP modules, got without an `import`: an ES import reads every export of `node:http` once, its getter for WebSocket
 * too, and that loads the whole of undici, 5 MB and some milliseconds that a program which asks for none of it need not pay.
 */
export const nodeHttp = process.getBuiltinModule('node:http')
export const nodeHttps = process.getBuiltinModule('node:https')
