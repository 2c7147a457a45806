/** So many drafts of requests are kept on a device. On its own, so that windows know it without the schemas. */
export const mostDrafts = 20
