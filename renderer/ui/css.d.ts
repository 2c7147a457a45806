/** Style sheets are imported for what they do; Vite gathers them into one file. */
declare module '*.css'
