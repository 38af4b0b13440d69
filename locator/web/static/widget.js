"use strict";
// <clinic-finder>: the finder on somebody else's page. The server renders what it shows, as on our own pages.
//
// This is a plain script, so that one tag is enough. It defines no globals, and does not touch the page's address,
// title, history or storage. docs/embedding.md lists what a website may set, and the events it gets.
{
  // The server fills in what only it knows: its files, and what to say if it cannot be reached.
  const served = {};

  const TAG = "clinic-finder";
  const LANGUAGES = { en: "en", es: "es", hmn: "hmn", mww: "hmn", hmv: "hmn", hnj: "hmn" };
  const PARTS = { form: ".cf-form", 1: ".cf-results, .cf-problem, .cf-error" };
  const source = document.currentScript ?? document.querySelector('script[src$="/widget.js"]');
  const base = new URL(".", source.src).href.slice(0, -1);
  let policy;
  let made = 0;

  // No answer came; `errorPart` is what the server sent to show instead, if anything.
  class AnswerMissing extends Error {
    constructor(errorPart) {
      super();
      this.errorPart = errorPart;
    }
  }

  // Pages that require trusted types have to allow our policy, "clinic-finder".
  function asHtml(html) {
    return policy ? policy.createHTML(html) : html;
  }

  // Parse HTML of our server outside the page: inside a form of the page, our form would be dropped.
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

  // Load our stylesheet once into the document or shadow tree that holds the element.
  function styled(tree) {
    const place = tree.head ?? tree;
    const href = base + served.stylesheet;
    let link = [...place.querySelectorAll("link")].find((each) => each.href === href);
    if (!link) {
      link = element("link", { rel: "stylesheet", href });
      place.append(link);
    }
    if (link.sheet) return Promise.resolve();
    return new Promise((done) => {
      // Without the stylesheet the finder is plain, but works.
      for (const event of ["load", "error"]) link.addEventListener(event, done, { once: true });
    });
  }

  function dialed(phone) {
    return `tel:${phone.replace(/[^\d+]/g, "")}`;
  }

  class ClinicFinder extends HTMLElement {
    static observedAttributes = ["near", "specialty", "lang", "heading-level", "color-scheme", "help-phone"];

    #prefix = `cf${(made += 1)}-`;
    #begun = false;
    #turn = 0;

    connectedCallback() {
      if (this.#begun) return; // moved within the page
      this.#begun = true;
      // The page's own scripts have no need to see what was typed.
      this.addEventListener("submit", (event) => event.stopPropagation());
      this.addEventListener("click", (event) => this.#clicked(event));
      this.#begin();
    }

    attributeChangedCallback() {
      if (this.#begun) this.#begin();
    }

    async #begin() {
      const turn = (this.#turn += 1);
      await null; // start only once if several attributes change together
      const language = this.#language;
      const headingLevel = this.getAttribute("heading-level") ?? "2";
      const near = this.getAttribute("near")?.trim();
      if (turn !== this.#turn) return;
      try {
        const [form, answer, { enhance }] = await Promise.all([
          this.#fetched("form", headingLevel),
          near ? this.#fetched("1", headingLevel, near) : null,
          import(base + served.module),
          styled(this.getRootNode()),
        ]);
        if (turn !== this.#turn) return;
        const problems = element("div", {}, ...(answer?.querySelectorAll(".cf-problem, .cf-error") ?? []));
        const answers = element("div", {}, ...(answer?.querySelectorAll(".cf-results") ?? []));
        problems.dataset.cfProblem = answers.dataset.cfAnswer = "";
        problems.querySelector("[autofocus]")?.removeAttribute("autofocus");
        const root = this.#put(problems, form, answers);
        const phone = this.getAttribute("help-phone");
        if (phone) {
          const offline = served.texts[language].away.replace("{phone}", phone);
          Object.assign(root.querySelector("form").dataset, { offline, phone, phoneUrl: dialed(phone) });
        }
        if (near) root.querySelector("[name=near]").value = near;
        const onanswer = (kind, part) => this.#answered(kind, part);
        enhance(root, { headingLevel, language, onanswer, asHtml });
        for (const part of root.querySelectorAll(".cf-results")) onanswer("results", part);
      } catch (error) {
        this.#showError(error, turn);
      }
    }

    get #language() {
      const wanted = this.closest("[lang]")?.lang ?? "";
      return LANGUAGES[wanted.toLowerCase().split(/[-_]/)[0]] ?? "en";
    }

    // Fetch a part of our page. A place is posted: it may be an address, which must not be part of a link.
    async #fetched(fragment, headingLevel, near) {
      const codes = (this.getAttribute("specialty") ?? "").split(/[\s,]+/).filter(Boolean);
      const frame = { fragment, id_prefix: this.#prefix, heading_level: headingLevel, lang: this.#language };
      const query = new URLSearchParams(frame);
      for (const code of codes) query.append("specialty", code);
      const response = await fetch(`${base}/find?${query}`, {
        ...(near && { method: "POST", body: new URLSearchParams({ near }) }),
        headers: { Accept: "text/html" },
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      const content = parsed(await response.text());
      if (!content.querySelector(PARTS[fragment])) throw new AnswerMissing(content.querySelector(".cf-error"));
      return content;
    }

    #put(...parts) {
      // All our languages are written from left to right, whatever the page around.
      const root = element("div", { className: "clinic-finder cf-widget", lang: this.#language, dir: "ltr" }, ...parts);
      // If the page is always light, so are we, whatever its reader prefers.
      const scheme = this.getAttribute("color-scheme") ?? getComputedStyle(this).colorScheme;
      root.classList.toggle("cf-light", !/dark|auto/.test(scheme));
      this.replaceChildren(root);
      return root;
    }

    #answered(kind, part) {
      if (kind === "error") this.#emit("unavailable", { reason: "away" });
      if (kind !== "results") return;
      const clinic_ids = [...part.querySelectorAll(".cf-card")].map((card) => card.dataset.clinic);
      this.#emit("results", { total: Number(part.dataset.total), clinic_ids });
    }

    #clicked(event) {
      const link = event.target.closest("a[href]");
      const clinic_id = link?.closest("[data-clinic]")?.dataset.clinic;
      if (!clinic_id) return;
      if (link.protocol === "tel:") this.#emit("call", { clinic_id });
      if (link.closest(".cf-directions")) this.#emit("directions", { clinic_id });
    }

    #emit(name, detail) {
      this.dispatchEvent(new CustomEvent(`${TAG}:${name}`, { detail, bubbles: true, composed: true }));
    }

    // Tell the reader that the service is down or does not allow this website, and whom to call.
    async #showError(error, turn) {
      // The browser reports both as the same error. Only a service that runs answers a request without CORS.
      const options = { mode: "no-cors", cache: "no-store", referrerPolicy: "no-referrer" };
      const isUp = !(error instanceof AnswerMissing) && (await fetch(`${base}/healthz`, options).catch(() => null));
      if (turn !== this.#turn) return;
      if (isUp) {
        console.warn(`<${TAG}>: ${base} does not answer ${origin}. Is it one of its LOCATOR_CORS_ORIGINS?`, error);
      }
      const texts = served.texts[this.#language];
      const phone = this.getAttribute("help-phone") ?? served.phone;
      const call = element("a", { className: "cf-phone", href: dialed(phone) }, phone);
      const [before, after] = (isUp ? texts.elsewhere : texts.away).split("{phone}");
      const nextStep = isUp
        ? element("a", { className: "cf-button", href: `${base}/?lang=${this.#language}` }, texts.open)
        : element("button", { className: "cf-button", type: "button", onclick: () => this.#begin() }, texts.again);
      const shown = error.errorPart ?? element("div", { className: "cf-error" }, element("p", {}, before, call, after));
      if (error.errorPart && this.hasAttribute("help-phone")) shown.querySelector(".cf-box").replaceWith(call);
      shown.append(element("p", {}, nextStep));
      this.#put(shown);
      this.#emit("unavailable", { reason: isUp ? "not-allowed" : "away" });
    }
  }

  if (!customElements.get(TAG)) {
    try {
      policy = window.trustedTypes?.createPolicy(TAG, { createHTML: (html) => html });
    } catch {
      // The page forbids our policy. If it also requires one, the finder says that it cannot be shown.
    }
    customElements.define(TAG, ClinicFinder);
  }
}
