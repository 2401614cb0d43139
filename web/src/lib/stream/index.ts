export type { ServerEvent, StreamStatus } from './event-source';
export { followStream } from './shared-stream';
