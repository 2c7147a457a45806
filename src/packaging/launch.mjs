#!/usr/bin/env node
// Plain JavaScript for any Node with modules: the one file of the package that runs before its Node is known to be new enough.
const major = Number.parseInt(process.versions.node, 10)
if (major >= 24) {
  await import(new URL('./cli/postern.js', import.meta.url).href)
} else {
  process.stderr.write(`postern needs Node 24 or newer; this is Node ${process.versions.node} (${process.execPath}).\n`)
  process.exitCode = 2
}
