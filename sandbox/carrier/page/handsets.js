// The list of handsets, the live stream and the keyboard. The conversation is
// in thread.js.
import { call, clock, element, exact, showThread, updateThread } from "./thread.js";

const $ = (id) => document.getElementById(id);
const state = { handsets: new Map(), texts: new Map(), numbers: [], unread: new Map(), open: "" };

// handsetOf is the end of a text that isn't the carrier's.
const handsetOf = (text) => (text.direction === "inbound" ? text.from : text.to);
const textsOf = (number) => [...state.texts.values()].filter((t) => handsetOf(t) === number);

async function load() {
  const [handsets, ledger, numbers] = await Promise.all([
    call("GET", "/sandbox/handsets"), call("GET", "/sandbox/ledger?limit=2000"), call("GET", "/sandbox/numbers"),
  ]);
  state.handsets = new Map(handsets.handsets.map((h) => [h.number, h]));
  state.texts = new Map(ledger.messages.map((t) => [t.sid, t]));
  state.numbers = numbers.numbers;
  drawList();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const first = innerWidth >= 720 ? (byActivity()[0]?.number ?? "") : "";
  open(state.handsets.has(wanted) ? wanted : state.open || first);
}

function byActivity() {
  const latest = new Map();
  for (const t of state.texts.values()) latest.set(handsetOf(t), t);
  return [...state.handsets.values()]
    .map((h) => ({ ...h, last: latest.get(h.number) }))
    .sort((a, b) => (b.last?.created_at ?? b.added_at).localeCompare(a.last?.created_at ?? a.added_at));
}

function drawList() {
  const rows = byActivity().map((h) => {
    const unread = state.unread.get(h.number) ?? 0;
    const button = element("button", {
      className: "item" + (unread ? " unread" : ""), type: "button", id: "handset-" + h.number.slice(1),
    }, [
      element("span", { className: "face", ariaHidden: "true", textContent: h.country || h.number.slice(1, 3) }),
      element("span", { className: "name", textContent: h.display }),
      h.last ? element("time", { className: "when", dateTime: h.last.created_at, title: exact(h.last.created_at), textContent: when(h.last.created_at) }) : element("span"),
      element("span", { className: "last" + (unread ? "" : " wide"), textContent: h.last ? (h.last.direction === "inbound" ? "You: " : "") + h.last.body : "No texts yet" }),
      unread ? element("span", { className: "badge", textContent: String(unread), ariaLabel: unread + " unread" }) : "",
    ]);
    button.dataset.testid = "handset-" + h.number;
    button.dataset.number = h.number;
    if (h.number === state.open) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => open(h.number, true));
    return element("li", {}, [button]);
  });
  const focused = document.activeElement?.dataset?.number;
  $("handsets").replaceChildren(...rows);
  if (focused) $("handset-" + focused.slice(1))?.focus();
  $("no-handsets").hidden = rows.length > 0;
}

// when is the time today, the weekday this week, the date before that.
function when(iso) {
  const then = new Date(iso), days = (new Date().setHours(0, 0, 0, 0) - new Date(iso).setHours(0, 0, 0, 0)) / 864e5;
  if (days < 1) return clock(iso);
  return then.toLocaleDateString([], days < 7 ? { weekday: "short" } : { day: "numeric", month: "short" });
}

function open(number, byHand = false) {
  state.open = number;
  state.unread.delete(number);
  const handset = state.handsets.get(number);
  $("app").classList.toggle("reading", Boolean(handset));
  $("stage").hidden = !handset;
  $("empty").hidden = Boolean(handset);
  document.title = (handset ? handset.display + " · " : "") + "Handsets · OmniCRM sandbox";
  history.replaceState(null, "", handset ? "#" + number : location.pathname);
  drawList();
  if (!handset) return;
  showThread(handset, textsOf(number), state.numbers);
  if (byHand && matchMedia("(pointer: fine)").matches) $("handset-input").focus();
}

function listen() {
  const stream = new EventSource("/sandbox/events");
  const light = (on) => {
    $("live").dataset.state = on ? "on" : "wait";
    $("live").lastElementChild.textContent = on ? "Live" : "Reconnecting";
  };
  // Whatever was missed is read anew with each connection.
  stream.addEventListener("open", () => load().then(() => light(true), () => light(false)));
  stream.addEventListener("error", () => light(false));
  stream.addEventListener("handset", (event) => {
    const handset = JSON.parse(event.data);
    state.handsets.set(handset.number, handset);
    if (handset.number === state.open) updateThread(handset, textsOf(handset.number), state.numbers);
    drawList();
  });
  stream.addEventListener("numbers", async () => {
    state.numbers = (await call("GET", "/sandbox/numbers")).numbers;
    if (state.open) updateThread(state.handsets.get(state.open), textsOf(state.open), state.numbers);
  });
  stream.addEventListener("text", (event) => {
    const text = JSON.parse(event.data), number = handsetOf(text), known = state.texts.get(text.sid);
    state.texts.set(text.sid, text);
    const arrived = text.direction !== "inbound" && text.status === "delivered" && known?.status !== "delivered";
    if (number === state.open) updateThread(state.handsets.get(number), textsOf(number), state.numbers);
    else if (arrived) state.unread.set(number, (state.unread.get(number) ?? 0) + 1);
    drawList();
  });
}

$("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = $("handset-add-input"), error = $("add-error");
  try {
    const handset = await call("POST", "/sandbox/handsets", { number: input.value });
    state.handsets.set(handset.number, handset);
    input.value = "";
    error.hidden = true;
    open(handset.number, true);
  } catch (problem) {
    error.textContent = problem.message;
    error.hidden = false;
    input.focus();
  }
  input.setAttribute("aria-invalid", String(!error.hidden));
});

$("back").addEventListener("click", () => {
  const from = state.open;
  open("");
  $("handset-" + from.slice(1))?.focus();
});

function move(by) {
  const numbers = byActivity().map((h) => h.number);
  const next = numbers[Math.max(0, Math.min(numbers.length - 1, numbers.indexOf(state.open) + by))];
  if (!next) return;
  open(next);
  $("handset-" + next.slice(1))?.scrollIntoView({ block: "nearest" });
  return $("handset-" + next.slice(1));
}

document.addEventListener("keydown", (event) => {
  const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.key === "Escape" && writing) event.target.blur();
  if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
  const inList = event.target.closest?.("#handsets");
  const actions = {
    j: () => move(1), k: () => move(-1), r: () => $("handset-input").focus(), n: () => $("handset-add-input").focus(),
    ...(inList && { ArrowDown: () => move(1)?.focus(), ArrowUp: () => move(-1)?.focus() }),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});

listen();
