// What /console/words.js answers: the values of the API's enumerations in words.
declare const words: {
    values: Record<string, { zh: string; en: string }>;
    places: Record<string, Record<string, { zh: string; en: string }>>;
};
export default words;
