/** The two channels of Electron's IPC: a page asks on the one and is told on the other. */
export const askChannel = 'postern/ask'
export const noticeChannel = 'postern/notice'
