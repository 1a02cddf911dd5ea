// The types of kit.js, which infra/vendor/kit.js says what is made of.
export { h, render, Fragment } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState, useCallback } from "preact/hooks";
export { signal, computed, effect, batch, useSignal, useComputed, Signal } from "@preact/signals";
export const html: (strings: TemplateStringsArray, ...values: any[]) => any;
