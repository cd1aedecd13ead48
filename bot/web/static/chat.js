/* The web chat with scripts: sends without leaving the page, shows what is new, keeps
   what could not be sent. Without this file the page still works as a form.

   Leads in: the page drawn by chat.html. Leads out: /api/chat/messages, /api/chat/stream.
   Nothing here moves the focus, and no text becomes HTML. */
"use strict";

(() => {
  const SIZES = ["20", "24", "28"];
  const root = document.documentElement;

  // --- kept on this phone; a browser may forbid that, and then nothing is kept ---------

  function keep(store, name, value) {
    try { window[store].setItem(name, value); } catch { /* forbidden or full */ }
  }
  function kept(store, name) {
    try { return window[store].getItem(name); } catch { return null; }
  }

  // --- text size: at once, before the first line is drawn ------------------------------

  let size = kept("localStorage", "hocvuso.size");
  if (!SIZES.includes(size)) size = SIZES[0];
  root.dataset.size = size;

  function startSizes() {
    const group = document.getElementById("sizes");
    const buttons = [...group.querySelectorAll("button")];
    function show() {
      root.dataset.size = size;
      for (const button of buttons) {
        const next = SIZES.indexOf(size) + Number(button.dataset.step);
        button.setAttribute("aria-disabled", String(!(next in SIZES)));
      }
    }
    for (const button of buttons) {
      button.addEventListener("click", () => {
        const next = SIZES.indexOf(size) + Number(button.dataset.step);
        if (!(next in SIZES)) return;
        size = SIZES[next];
        keep("localStorage", "hocvuso.size", size);
        show();
      });
    }
    show();
    group.hidden = false;
  }

  // A form that makes a learner is sent once, however often it is tapped.
  function startOnce() {
    for (const form of document.querySelectorAll("form.once")) {
      let sent = false;
      form.addEventListener("submit", (event) => {
        if (sent) event.preventDefault();
        sent = true;
      });
      window.addEventListener("pageshow", () => { sent = false; });
    }
  }

  // --- the chat --------------------------------------------------------------------------

  function startChat() {
    const page = document.getElementById("page");
    const words = page.dataset;
    const log = document.getElementById("log");
    const unsent = document.getElementById("unsent");
    const end = document.getElementById("end");
    const bar = document.getElementById("bar");
    const say = document.getElementById("say");
    const answer = document.getElementById("answer");
    const trouble = document.getElementById("trouble");
    const troubleText = document.getElementById("trouble-text");
    const retry = document.getElementById("retry");
    const newer = document.getElementById("newer");

    let newest = Number(words.last);
    let follow = false; // the reader has just said something: show what comes

    function element(name, className, text) {
      const made = document.createElement(name);
      if (className) made.className = className;
      if (text !== undefined) made.textContent = text;
      return made;
    }

    // --- where the reader is -----------------------------------------------------------

    function barHeight() {
      return getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
    }
    function atEnd() {
      return end.getBoundingClientRect().top <= innerHeight - barHeight() + 48;
    }
    function toEnd() { window.scrollTo(0, root.scrollHeight); }
    function watchBar() {
      const measure = () => root.style.setProperty("--bar-h", bar.offsetHeight + "px");
      measure();
      if ("ResizeObserver" in window) new ResizeObserver(measure).observe(bar);
    }
    addEventListener("scroll", () => { if (!newer.hidden && atEnd()) newer.hidden = true; },
      { passive: true });

    // --- showing -------------------------------------------------------------------------

    function drawLine(line) {
      const article = element("article", "line " + (line.from === "bot" ? "bot" : "learner"));
      article.id = "m" + line.id;
      const bubble = element("div", "bubble");
      bubble.append(element("span", "unseen",
        line.from === "bot" ? words.tutorSaid : words.youSaid), " ");
      if (line.alert) {
        article.classList.add("alert");
        bubble.setAttribute("role", "alert");
        const mark = element("strong", "mark");
        const sign = element("span", "", "⚠ ");
        sign.setAttribute("aria-hidden", "true");
        mark.append(sign, words.alert);
        bubble.append(mark);
      }
      const text = element("p", "text", line.text);
      text.dir = "auto";
      if (line.picture) {
        bubble.append(drawPicture(line));
        text.setAttribute("aria-hidden", "true"); // said once, as the picture's alt text
      }
      if (line.voice) bubble.append(drawVoice(line));
      bubble.append(text);
      article.append(bubble);
      if (line.options.length) article.append(drawKeys(line.options));
      return article;
    }

    function drawPicture(line) {
      const picture = element("img", "picture");
      picture.loading = "lazy";
      picture.decoding = "async";
      picture.width = 640;
      picture.height = 480;
      picture.alt = line.text;
      picture.src = line.picture;
      return picture;
    }

    function drawVoice(line) {
      const voice = element("audio", "voice");
      voice.controls = true;
      voice.preload = "none";
      voice.src = line.voice;
      return voice;
    }

    function drawKeys(options) {
      const form = element("form", "keys");
      form.method = "post";
      form.action = "/";
      form.setAttribute("aria-label", words.choices);
      options.forEach((option, index) => {
        const key = element("button", "key");
        key.name = "press";
        key.value = option.press;
        const label = element("span", "", option.label);
        label.dir = "auto";
        key.append(element("b", "", String(index + 1)), " ", label);
        form.append(key);
      });
      return form;
    }

    // Older keys become plain lines. A reader who stood on one of them stays there.
    function retireKeys() {
      for (const form of log.querySelectorAll("form.keys")) {
        const list = element("ul", "past");
        list.setAttribute("aria-label", words.pastChoices);
        for (const key of form.querySelectorAll(".key")) {
          list.append(element("li", "", key.textContent));
        }
        const held = form.contains(document.activeElement);
        form.replaceWith(list);
        if (held) {
          list.tabIndex = -1;
          list.focus({ preventScroll: true });
        }
      }
    }

    function showLines(lines) {
      const fresh = lines.filter((line) => line.id > newest);
      if (!fresh.length) return;
      const wasAtEnd = follow || atEnd();
      let first = null;
      for (const line of fresh) {
        if (line.from === "bot") retireKeys();
        const article = drawLine(line);
        log.append(article);
        first = first || article;
        newest = line.id;
      }
      dropArrived();
      if (wasAtEnd) first.scrollIntoView({ block: "start", behavior: "auto" });
      else newer.hidden = false;
      if (fresh.some((line) => line.from === "bot")) follow = false;
    }

    // --- sending: one at a time, kept until it is committed --------------------------------

    let waiting = []; // {id, body: {text} or {press}, words, arrived: message id or 0}
    let sending = false;
    let pause = 0;
    let timer = 0;
    try { waiting = JSON.parse(kept("sessionStorage", "hocvuso.unsent") || "[]"); } catch { /* none */ }

    function newId() {
      const bytes = crypto.getRandomValues(new Uint8Array(12));
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }

    function drawUnsent() {
      unsent.replaceChildren(...waiting.map((item) => {
        const bubble = element("div", "bubble");
        const text = element("p", "text", item.words);
        text.dir = "auto";
        const dots = element("span", "dots");
        dots.append(element("i"), element("i"), element("i"));
        text.append(dots);
        bubble.append(text);
        return bubble;
      }));
      keep("sessionStorage", "hocvuso.unsent", JSON.stringify(waiting));
    }

    function dropArrived() {
      const left = waiting.filter((item) => !item.arrived || item.arrived > newest);
      if (left.length !== waiting.length) { waiting = left; drawUnsent(); }
    }

    function complain(text, canRetry) {
      if (troubleText.textContent !== text) troubleText.textContent = text;
      trouble.classList.toggle("on", Boolean(text));
      retry.hidden = !canRetry;
    }

    function hand(body, shown) {
      const open = waiting.find((item) => !item.arrived);
      if (body.press && open && open.body.press === body.press) return; // a trembling finger
      waiting.push({ id: newId(), body, words: shown, arrived: 0 });
      follow = true;
      drawUnsent();
      toEnd();
      sendNext();
    }

    async function sendNext() {
      clearTimeout(timer);
      const item = waiting.find((one) => !one.arrived);
      if (!item || sending) return;
      sending = true;
      let response = null;
      try {
        response = await fetch("/api/chat/messages", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ ...item.body, id: item.id }),
        });
      } catch { /* no network: the item stays */ }
      let said = null;
      try { said = response && await response.json(); } catch { response = null; }
      sending = false;
      if (response && response.ok) accepted(item, said);
      else if (response && response.status < 500 && response.status !== 429) refused(item, said);
      else postponed(response ? words.busy : words.offline);
    }

    function accepted(item, said) {
      pause = 0;
      complain("", false);
      item.arrived = said.id;
      drawUnsent();
      dropArrived();
      // Some networks hold a stream back; what we were told of is fetched then.
      if (newest < said.id) setTimeout(() => { if (newest < said.id) pull(0).catch(() => {}); }, 400);
      sendNext();
    }

    function refused(item, said) {
      waiting = waiting.filter((one) => one !== item);
      drawUnsent();
      if (item.body.text && !answer.value) answer.value = item.body.text;
      complain((said && said.message) || words.busy, false);
      sendNext();
    }

    function postponed(text) {
      complain(text, true);
      pause = Math.min(30, pause ? pause * 2 : 2);
      timer = setTimeout(sendNext, pause * 1000);
    }

    retry.addEventListener("click", () => { pause = 0; sendNext(); });
    addEventListener("online", () => { pause = 0; sendNext(); });

    say.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = answer.value.trim();
      if (!text) return;
      answer.value = "";
      hand({ text }, text);
    });

    document.getElementById("always").addEventListener("submit", (event) => {
      event.preventDefault();
      const key = event.submitter;
      if (!key || (key.dataset.act === "listen" && speakNewest())) return;
      hand({ text: key.value }, key.value);
    });

    log.addEventListener("submit", (event) => {
      event.preventDefault();
      const key = event.submitter;
      if (key) hand({ press: key.value }, key.textContent);
    });

    // --- reading aloud: the browser's own Vietnamese voice, else the tutor is asked --------

    function voice() {
      if (!("speechSynthesis" in window)) return null;
      const language = root.lang;
      return speechSynthesis.getVoices().find((one) =>
        one.lang.toLowerCase().replace("_", "-").startsWith(language)) || null;
    }

    function speakNewest() {
      const chosen = voice();
      if (!chosen) return false;
      if (speechSynthesis.speaking) { speechSynthesis.cancel(); return true; }
      const lines = [...log.children];
      const lastOwn = lines.map((line) => line.classList.contains("learner")).lastIndexOf(true);
      const newestLines = lines.slice(lastOwn + 1);
      for (const line of newestLines) {
        const parts = line.querySelectorAll(".text, .key");
        for (const part of parts) {
          const speech = new SpeechSynthesisUtterance(part.textContent);
          speech.voice = chosen;
          speech.lang = chosen.lang;
          speech.rate = 0.85;
          speechSynthesis.speak(speech);
        }
      }
      return newestLines.length > 0;
    }
    voice(); // browsers load their voices on the first question

    // --- hearing: a stream, or long polls where streams do not come through ----------------

    async function pull(seconds) {
      const response = await fetch("/api/chat/messages?after=" + newest + "&wait=" + seconds);
      if (!response.ok) throw new Error("refused");
      showLines((await response.json()).messages);
    }

    let source = null;
    let polling = false;

    function listen() {
      if (!("EventSource" in window)) { poll(); return; }
      source = new EventSource("/api/chat/stream?after=" + newest);
      const late = setTimeout(giveUp, 8000);
      function giveUp() { source.close(); source = null; poll(); }
      source.onopen = () => clearTimeout(late);
      source.onmessage = (event) => showLines([JSON.parse(event.data)]);
      source.onerror = () => {
        if (source && source.readyState === EventSource.CLOSED) { clearTimeout(late); giveUp(); }
      };
    }

    async function poll() {
      if (polling) return;
      polling = true;
      let rest = 1;
      while (polling) {
        try { await pull(25); rest = 1; } catch {
          await new Promise((wake) => setTimeout(wake, rest * 1000));
          rest = Math.min(30, rest * 2);
        }
      }
    }

    addEventListener("pagehide", () => {
      if (source) source.close();
      source = null;
      polling = false;
    });
    addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

    watchBar();
    drawUnsent();
    toEnd();
    listen();
    sendNext();
  }

  document.addEventListener("DOMContentLoaded", () => {
    startSizes();
    startOnce();
    if (document.getElementById("page")) startChat();
  });
})();
