// The conversation of one handset: its texts, what it writes, what becomes of
// texts to it, and the calls on the wire.
const $ = (id) => document.getElementById(id);

// call speaks the control API; a refusal becomes an Error with its words.
export async function call(method, path, body) {
  const answer = await fetch(path, { method, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.error?.message ?? "The sandbox answered " + answer.status);
  return data;
}

export function element(tag, props = {}, children = []) {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
}

export const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
export const exact = (iso) => new Date(iso).toLocaleString([], { dateStyle: "full", timeStyle: "medium" });
const day = (iso) => new Date(iso).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });

let shown = ""; // the handset on the stage
const drafts = new Map(); // what was begun on other handsets

// showThread puts another handset on the stage.
export function showThread(handset, texts, numbers) {
  if (shown !== handset.number) {
    drafts.set(shown, $("handset-input").value);
    shown = handset.number;
    $("handset-input").value = drafts.get(shown) ?? "";
    $("thread").replaceChildren();
    $("handset-to").replaceChildren();
    $("handset-error").hidden = true;
  }
  updateThread(handset, texts, numbers);
  measure();
  $("thread").scrollTop = $("thread").scrollHeight;
}

// updateThread brings the stage up to date and touches only what changed, so
// that a screen reader hears a new text once.
export function updateThread(handset, texts, numbers) {
  $("title").textContent = handset.display;
  const land = handset.country && new Intl.DisplayNames(undefined, { type: "region" }).of(handset.country);
  $("subtitle").textContent = [land, handset.number].filter(Boolean).join(" · ");
  $("handset-fate").value = [handset.fate.status, handset.fate.error_code].filter(Boolean).join(" ");
  drawTargets(texts, numbers);
  const thread = $("thread");
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
  const others = new Set(texts.map(hosted)).size;
  const wanted = [];
  texts.forEach((text, i) => {
    const before = texts[i - 1], after = texts[i + 1];
    const turn = !before || day(before.created_at) !== day(text.created_at) || (others > 1 && hosted(before) !== hosted(text));
    if (turn) wanted.push(mark(text, others > 1, numbers));
    wanted.push(bubble(text, turn || !together(before, text), !after || !together(text, after) || standing(text)[0] !== standing(after)[0]));
  });
  wanted.forEach((node, i) => { if (thread.children[i] !== node) thread.insertBefore(node, thread.children[i] ?? null); });
  while (thread.children.length > wanted.length) thread.lastChild.remove();
  if (atEnd) thread.scrollTop = thread.scrollHeight;
  drawWire(texts);
}

const mine = (text) => text.direction === "inbound";
const hosted = (text) => (mine(text) ? text.to : text.from);
const together = (a, b) => mine(a) === mine(b) && hosted(a) === hosted(b) && new Date(b.created_at) - new Date(a.created_at) < 3e5;

function keep(id, make) {
  return document.getElementById(id) ?? Object.assign(make(), { id });
}

function mark(text, several, numbers) {
  const who = numbers.find((n) => n.number === hosted(text));
  const node = keep("mark-" + text.sid, () => element("div", { className: "mark" }));
  const words = day(text.created_at) + (several ? " · " + (who ? who.owner + ", " + who.display : hosted(text)) : "");
  if (node.textContent !== words) node.textContent = words;
  return node;
}

function bubble(text, first, last) {
  const node = keep("text-" + text.sid, () => {
    const made = element("div", { className: "fresh" }, [element("div", { className: "bubble" }), element("div", { className: "meta" })]);
    made.firstChild.textContent = text.body;
    for (const url of text.media ?? []) made.firstChild.append(element("a", { href: url, textContent: "\n" + url, rel: "noreferrer", target: "_blank" }));
    made.dataset.testid = "handset-message";
    made.dataset.sid = text.sid;
    made.dataset.direction = mine(text) ? "out" : "in";
    return made;
  });
  const [word, tone] = standing(text);
  node.dataset.status = text.status;
  node.className = ["msg", mine(text) && "mine", first && "first", last && "last-of", tone].filter(Boolean).join(" ") + (node.isConnected ? "" : " fresh");
  const meta = node.lastChild, key = word + tone + last;
  if (meta.dataset.key !== key) {
    meta.dataset.key = key;
    meta.replaceChildren(
      element("time", { dateTime: text.created_at, title: exact(text.created_at), textContent: clock(text.created_at) }),
      element("span", { textContent: "·", ariaHidden: "true" }),
      element("span", { textContent: word, className: tone === "lost" ? "bad" : "" }),
    );
  }
  meta.hidden = !last && tone === "";
  return node;
}

// standing is where a text stands, in a word, and how its bubble looks: away
// is not on the phone yet, lost never will be.
function standing(text) {
  const code = text.error_code ? " · " + text.error_code : "";
  if (!mine(text)) {
    return {
      accepted: ["Accepted", "away"], queued: ["Queued", "away"], sending: ["Sending", "away"], sent: ["Sent, no receipt", "away"],
      delivered: ["Delivered", ""], undelivered: ["Not delivered" + code, "lost"], failed: ["Failed" + code, "lost"], canceled: ["Canceled", "lost"],
    }[text.status] ?? [text.status, ""];
  }
  const call = text.calls?.at(-1);
  if (!call) return ["Sent", ""];
  if (call.code >= 200 && call.code < 300 && !call.error) return ["Received", ""];
  return [call.code ? "Webhook answered " + call.code : "Webhook not reached", "lost"];
}

function drawTargets(texts, numbers) {
  const select = $("handset-to");
  const latest = texts.findLast((t) => numbers.some((n) => n.number === hosted(t)));
  const chosen = select.value || (latest && hosted(latest)) || numbers[0]?.number;
  select.replaceChildren(...numbers.map((n) => element("option", { value: n.number, textContent: n.display + " · " + n.owner })));
  if (chosen) select.value = chosen;
  $("to-row").hidden = numbers.length < 2;
  const mute = numbers.length === 0;
  $("handset-input").disabled = mute;
  $("handset-input").placeholder = mute ? "No account holds a number yet" : "Text message";
}

function drawWire(texts) {
  const calls = texts.flatMap((text) => (text.calls ?? []).map((c) => ({ ...c, text })));
  calls.sort((a, b) => b.at.localeCompare(a.at));
  $("no-wire").hidden = calls.length > 0;
  $("wire").replaceChildren(...calls.slice(0, 60).map((c) => {
    const good = c.code >= 200 && c.code < 300 && !c.error;
    const about = c.about === "inbound" ? "Text to webhook" : "Callback: " + c.about;
    return element("li", { className: "call" + (good ? "" : " no"), title: c.text.sid }, [
      element("b", { textContent: about + (c.attempt > 1 ? ", attempt " + c.attempt : "") }),
      element("span", { className: "code", textContent: c.code || "no answer" }),
      element("span", { className: "url", textContent: c.url.replace(/^https?:\/\//, ""), title: c.url }),
      element("time", { dateTime: c.at, title: exact(c.at), textContent: new Date(c.at).toLocaleTimeString() }),
      ...(c.error ? [element("span", { className: "why", textContent: c.error })] : []),
    ]);
  }));
}

// measure counts as the carrier does: GSM-7 alone holds 160, UCS-2 70.
function measure() {
  const text = $("handset-input").value;
  $("handset-send").disabled = text.trim() === "";
  const gsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/.test(text);
  const units = gsm ? text.length + (text.match(/[\f^{}\\[~\]|€]/g)?.length ?? 0) : text.length;
  const [alone, chained] = gsm ? [160, 153] : [70, 67];
  const parts = units <= alone ? 1 : Math.ceil(units / chained);
  $("count").textContent = units > alone * 0.7 ? `${units} of ${parts === 1 ? alone : parts * chained} · ${parts} ${parts === 1 ? "segment" : "segments"} · ${gsm ? "GSM-7" : "UCS-2"}` : "";
}

async function send(event) {
  event?.preventDefault();
  const input = $("handset-input"), body = input.value, number = shown;
  if (body.trim() === "") return;
  input.value = "";
  measure();
  try {
    await call("POST", "/sandbox/handsets/" + encodeURIComponent(number) + "/messages", { to: $("handset-to").value, body });
    $("handset-error").hidden = true;
    $("thread").scrollTop = $("thread").scrollHeight;
  } catch (problem) {
    if (shown === number && input.value === "") input.value = body;
    $("handset-error").textContent = "Not sent: " + problem.message;
    $("handset-error").hidden = false;
    measure();
  }
}

$("compose").addEventListener("submit", send);
$("handset-input").addEventListener("input", measure);
$("handset-input").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
});
$("handset-fate").addEventListener("change", async (event) => {
  const [status, code] = event.target.value.split(" ");
  await call("PUT", "/sandbox/handsets/" + encodeURIComponent(shown) + "/fate", { status, error_code: Number(code ?? 0) });
});

function inspect(on) {
  $("inspector").classList.toggle("open", on);
  $("toggle").setAttribute("aria-expanded", String(on));
  (on ? $("handset-fate") : $("toggle")).focus();
}
$("toggle").addEventListener("click", () => inspect(!$("inspector").classList.contains("open")));
$("shut").addEventListener("click", () => inspect(false));
$("inspector").addEventListener("keydown", (event) => { if (event.key === "Escape") inspect(false); });
