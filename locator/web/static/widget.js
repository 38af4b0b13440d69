"use strict";
// <clinic-finder>: the finder on somebody else's page. What it shows is made by the server, as on our own pages.
//
// A plain script, so that one tag is enough. Nothing of it becomes a global, and the page's address, title, history and
// storage are left alone. docs/embedding.md says what a website may set, and what it hears.
{
  // The server writes here what only it knows: its files, and what to say when it cannot be asked.
  const served = {};

  const TAG = "clinic-finder";
  const LANGUAGES = { en: "en", es: "es", hmn: "hmn", mww: "hmn", hmv: "hmn", hnj: "hmn" };
  const PARTS = { form: ".cf-form", 1: ".cf-results, .cf-refusal, .cf-trouble" };
  const source = document.currentScript ?? document.querySelector('script[src$="/widget.js"]');
  const base = new URL(".", source.src).href.slice(0, -1);
  let policy;
  let made = 0;

  // What came in place of an answer: the server's own words for what is the matter, if it had any.
  class AnswerMissing extends Error {
    constructor(trouble) {
      super();
      this.trouble = trouble;
    }
  }

  // Where a page wants every HTML to come from a policy it knows, ours is "clinic-finder".
  function asHtml(html) {
    return policy ? policy.createHTML(html) : html;
  }

  // HTML of our server. Parsed apart from the page: inside a form of the page, ours would be dropped.
  function parsed(html) {
    const template = document.createElement("template");
    template.innerHTML = asHtml(html);
    return template.content;
  }

  function element(name, attributes, ...inside) {
    const one = Object.assign(document.createElement(name), attributes);
    one.append(...inside);
    return one;
  }

  // The stylesheet of our pages, once in the document or shadow tree that the element stands in.
  function dressed(tree) {
    const place = tree.head ?? tree;
    const href = base + served.stylesheet;
    let link = [...place.querySelectorAll("link")].find((each) => each.href === href);
    if (!link) {
      link = element("link", { rel: "stylesheet", href });
      place.append(link);
    }
    if (link.sheet) return Promise.resolve();
    return new Promise((done) => {
      // Without it the finder is plain, and works.
      for (const event of ["load", "error"]) link.addEventListener(event, done, { once: true });
    });
  }

  class ClinicFinder extends HTMLElement {
    static observedAttributes = ["near", "specialty", "lang", "heading-level", "color-scheme", "help-phone"];

    #prefix = `cf${(made += 1)}-`;
    #begun = false;
    #turn = 0;

    connectedCallback() {
      if (this.#begun) return; // moved within the page
      this.#begun = true;
      // A page's own scripts need not see what was typed.
      this.addEventListener("submit", (event) => event.stopPropagation());
      this.addEventListener("click", (event) => this.#clicked(event));
      this.#begin();
    }

    attributeChangedCallback() {
      if (this.#begun) this.#begin();
    }

    async #begin() {
      const turn = (this.#turn += 1);
      await null; // several attributes changed at once are one new beginning
      const language = this.#language;
      const headingLevel = this.getAttribute("heading-level") ?? "2";
      const near = this.getAttribute("near")?.trim();
      if (turn !== this.#turn) return;
      try {
        const [form, answer, { enhance }] = await Promise.all([
          this.#fetched("form", headingLevel),
          near ? this.#fetched("1", headingLevel, near) : null,
          import(base + served.module),
          dressed(this.getRootNode()),
        ]);
        if (turn !== this.#turn) return;
        const refused = element("div", {}, ...(answer?.querySelectorAll(".cf-refusal, .cf-trouble") ?? []));
        const answered = element("div", {}, ...(answer?.querySelectorAll(".cf-results") ?? []));
        refused.dataset.cfRefused = answered.dataset.cfAnswered = "";
        refused.querySelector("[autofocus]")?.removeAttribute("autofocus");
        const root = this.#put(refused, form, answered);
        const phone = this.getAttribute("help-phone");
        if (phone) root.querySelector("form").dataset.offline = served.texts[language].away.replace("{phone}", phone);
        if (near) root.querySelector("[name=near]").value = near;
        const onanswer = (kind, part) => this.#answered(kind, part);
        enhance(root, { headingLevel, language, onanswer, asHtml });
        for (const part of root.querySelectorAll(".cf-results")) onanswer("results", part);
      } catch (error) {
        this.#tell(error, turn);
      }
    }

    get #language() {
      const wanted = this.closest("[lang]")?.lang ?? "";
      return LANGUAGES[wanted.toLowerCase().split(/[-_]/)[0]] ?? "en";
    }

    // A part of our page. What is asked about a place is posted: it may be an address, which belongs in no link.
    async #fetched(fragment, headingLevel, near) {
      const codes = (this.getAttribute("specialty") ?? "").split(/[\s,]+/).filter(Boolean);
      const frame = { fragment, id_prefix: this.#prefix, heading_level: headingLevel, lang: this.#language };
      const asked = new URLSearchParams(frame);
      for (const code of codes) asked.append("specialty", code);
      const response = await fetch(`${base}/find?${asked}`, {
        ...(near && { method: "POST", body: new URLSearchParams({ near }) }),
        headers: { Accept: "text/html" },
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      const content = parsed(await response.text());
      if (!content.querySelector(PARTS[fragment])) throw new AnswerMissing(content.querySelector(".cf-trouble"));
      return content;
    }

    #put(...parts) {
      const root = element("div", { className: "clinic-finder cf-widget", lang: this.#language }, ...parts);
      // Where the page around is always light, so are we, whatever its reader prefers.
      const scheme = this.getAttribute("color-scheme") ?? getComputedStyle(this).colorScheme;
      root.classList.toggle("cf-light", !/dark|auto/.test(scheme));
      this.replaceChildren(root);
      return root;
    }

    #answered(kind, part) {
      if (kind === "trouble") this.#emit("unavailable", { reason: "away" });
      if (kind !== "results") return;
      const clinic_ids = [...part.querySelectorAll(".cf-card")].map((card) => card.dataset.clinic);
      this.#emit("results", { total: Number(part.dataset.total), clinic_ids });
    }

    #clicked(event) {
      const link = event.target.closest("a[href]");
      const clinic_id = link?.closest(".cf-card")?.dataset.clinic;
      if (!clinic_id) return;
      if (link.protocol === "tel:") this.#emit("call", { clinic_id });
      if (link.closest(".cf-ways-there")) this.#emit("directions", { clinic_id });
    }

    #emit(name, detail) {
      this.dispatchEvent(new CustomEvent(`${TAG}:${name}`, { detail, bubbles: true, composed: true }));
    }

    // The service is away, or does not know this website: say so, and whom to call.
    async #tell(error, turn) {
      // A browser does not tell the two apart; an answer that nobody may read shows that there is somebody.
      const asked = { mode: "no-cors", cache: "no-store", referrerPolicy: "no-referrer" };
      const isThere = !(error instanceof AnswerMissing) && (await fetch(`${base}/healthz`, asked).catch(() => null));
      if (turn !== this.#turn) return;
      if (isThere) {
        console.warn(`<${TAG}>: ${base} does not answer ${origin}. Is it one of its LOCATOR_CORS_ORIGINS?`, error);
      }
      const texts = served.texts[this.#language];
      const phone = this.getAttribute("help-phone") ?? served.phone;
      const call = element("a", { className: "cf-phone", href: `tel:${phone.replace(/[^\d+]/g, "")}` }, phone);
      const [before, after] = (isThere ? texts.elsewhere : texts.away).split("{phone}");
      const way = isThere
        ? element("a", { className: "cf-button", href: `${base}/?lang=${this.#language}` }, texts.open)
        : element("button", { className: "cf-button", type: "button", onclick: () => this.#begin() }, texts.again);
      const said = error.trouble ?? element("div", { className: "cf-trouble" }, element("p", {}, before, call, after));
      if (error.trouble && this.hasAttribute("help-phone")) said.querySelector(".cf-box").replaceWith(call);
      said.append(element("p", {}, way));
      this.#put(said);
      this.#emit("unavailable", { reason: isThere ? "not-allowed" : "away" });
    }
  }

  if (!customElements.get(TAG)) {
    try {
      policy = window.trustedTypes?.createPolicy(TAG, { createHTML: (html) => html });
    } catch {
      // The page forbids it. Where it also asks for it, the finder says that it cannot be shown.
    }
    customElements.define(TAG, ClinicFinder);
  }
}
