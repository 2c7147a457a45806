/** `VERIFY.md` of a bundle: for whoever opens it without knowing Postern. */
export function verifyText(logId: string, from: number, to: number): string {
  return `# Evidence of ${logId}, leaves ${from} to ${to - 1}

This folder proves what was decided, to somebody who trusts neither the people nor the database it came from. Get the log's
public key (a line that begins with \`${logId}+\`) from a source that you trust, not from this folder, and put it into a file:

    postern audit verify <this folder or zip> --keys vkeys.txt

The end is 0 where everything was proven, 1 where something does not fit, with the first place that does not, 2 where it could
not be read, 3 where it fits but something is missing.

What lies where: \`leaves.jsonl\` the log itself, one leaf a line, hashed by RFC 6962; \`checkpoints.txt\` its signed sizes and
roots (C2SP tlog-checkpoint); \`range.json\` what came before; \`bodies.jsonl\`, \`attachments.jsonl\`, \`terms.jsonl\` what the
leaves commit to; \`persons.jsonl\` who the pseudonyms are; \`credentials.jsonl\` the passkeys that signed; \`books/\` the policy;
\`decisions.jsonl\` decisions of batches; \`events.ocsf.jsonl\` and the tables the same for other programs; \`manifest.json\` the
hashes of all files, signed in \`manifest.note\`.
`
}
