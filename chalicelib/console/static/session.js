// A session: a token by an OIDC provider (authorisation code with PKCE) or by the local stack, and its renewal.
import { BASE, Refused } from "./api.js";
import { expired, me, token } from "./state.js";

/** @typedef {{client_id: string, authorize_url: string, token_url: string}} Provider */

const CHANNEL = "quebao-sign-in";
const RETURN = `${location.origin}${location.pathname}`;

const base64 = (/** @type {Uint8Array} */ bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const random = () => base64(crypto.getRandomValues(new Uint8Array(32)));

/** @returns {Promise<Provider | null>} */
export async function provider() {
    return (await (await fetch(`${BASE}/console/settings`)).json()).sign_in;
}

/** @param {Provider} found @param {boolean} popup */
export async function authorize(found, popup) {
    const verifier = random();
    const state = random();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
    localStorage.setItem(`pkce-${state}`, JSON.stringify({ verifier, popup, hash: location.hash }));
    const query = new URLSearchParams({
        response_type: "code", client_id: found.client_id, redirect_uri: RETURN, scope: "openid", state,
        code_challenge: base64(digest), code_challenge_method: "S256",
    });
    const to = `${found.authorize_url}?${query}`;
    if (popup) window.open(to, "sign-in", "width=480,height=640");
    else location.assign(to);
}

/** What the provider sent the browser back with becomes a token. Answers whether this window is done. */
export async function finishSignIn() {
    const query = new URLSearchParams(location.search);
    const [code, state] = [query.get("code"), query.get("state")];
    const kept = state && localStorage.getItem(`pkce-${state}`);
    if (!code || !state || !kept) return false;
    localStorage.removeItem(`pkce-${state}`);
    const { verifier, popup, hash } = JSON.parse(kept);
    const found = await provider();
    history.replaceState(null, "", `${location.pathname}${hash || "#/work"}`);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    if (!found) return false;
    const body = new URLSearchParams({
        grant_type: "authorization_code", code, redirect_uri: RETURN, client_id: found.client_id, code_verifier: verifier,
    });
    const answer = await fetch(found.token_url, { method: "POST", body }).then((response) => response.json(), () => ({}));
    if (!answer.access_token) return false;
    if (popup) {
        new BroadcastChannel(CHANNEL).postMessage(answer.access_token);
        window.close();
        return true;
    }
    token.value = answer.access_token;
    return false;
}

new BroadcastChannel(CHANNEL).onmessage = (event) => accept(String(event.data));

/** @param {string} given */
function accept(given) {
    token.value = given;
    expired.value = false;
}

/** @param {string} role @param {string} subject @param {string} [actor] */
export async function pick(role, subject, actor) {
    const body = JSON.stringify({ role, subject, ...(actor ? { actor } : {}) });
    const response = await fetch(`${BASE}/local/token`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (!response.ok) throw new Refused(response.status, "refused", [], "");
    accept((await response.json()).token);
}

/** Sign in again as the same person, without leaving the page. */
export async function renew() {
    const known = me.value;
    const found = await provider();
    if (found) await authorize(found, true);
    else if (known) await pick(known.role, known.subject, known.actor);
}
