// What /console/words/all.js answers: the words of every enumeration of the API.
export { default } from "../words.js";
