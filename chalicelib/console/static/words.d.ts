// What /console/words.js answers: the values that the shell shows, in words; /console/words/<page>.js has a page's own.
declare const words: {
    values: Record<string, { zh: string; en: string }>;
    places: Record<string, Record<string, { zh: string; en: string }>>;
};
export default words;
