// What /console/services.js answers: every service in a few words.
export type Listed = { c: string; g: [string, string]; t: [string, string]; d: [string, string]; a: string[]; b: string[] };
declare const services: Listed[];
export default services;
