// What the console's pages are written with, as one file.
import { h, render, Fragment } from "preact";
import htm from "htm";

export { h, render, Fragment };
export { useEffect, useLayoutEffect, useMemo, useRef, useState, useCallback } from "preact/hooks";
export { signal, computed, effect, batch, useSignal, useComputed } from "@preact/signals";
export const html = htm.bind(h);
