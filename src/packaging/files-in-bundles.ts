import type { Metafile } from 'esbuild'

/** The files of which something is in what esbuild made; what it puts in itself counts as its package. */
export function filesInBundles(metafiles: readonly Metafile[]): readonly string[] {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.entries(output.inputs))
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file)
  return [...new Set(files), 'node_modules/esbuild/']
}
