/** The feed of the log for consoles (console-api.md section 8), the same for all of them. */
export const auditTopicName = 'admin.audit'
export const auditTopicFeed = 'all'
