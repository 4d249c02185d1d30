// What a reader can see and reach on a page, for the tests. It is evaluated anew
// for each question, through the DevTools.
(() => {
  const squeeze = s => s.replace(/\s+/g, ' ').trim();
  const visible = el => el.checkVisibility({visibilityProperty: true, opacityProperty: true}) && el.getClientRects().length > 0;
  const named = (selector, text) => {
    const all = [...document.querySelectorAll(selector)].filter(visible);
    return all.find(el => squeeze(el.innerText) === text);
  };
  const kinds = {link: 'a[href]', button: 'button', fold: 'summary'};
  // The control that a label names; what is optional says so after the label.
  const control = text => {
    const label = [...document.querySelectorAll('label')].filter(visible)
      .find(el => squeeze(el.innerText).replace(/ \([^)]*\)$/, '') === text);
    return label && label.control;
  };
  const find = (kind, text) => kind === 'field' ? control(text) : named(kinds[kind], text);
  return {
    // place scrolls to an element and gives where to click it, or why not.
    place(kind, text) {
      const el = find(kind, text);
      if (!el) return {why: 'is not to be seen'};
      el.scrollIntoView({block: 'center', behavior: 'instant'});
      const r = el.getClientRects()[0];
      const x = r.left + r.width / 2, y = r.top + r.height / 2;
      const hit = document.elementFromPoint(x, y);
      if (!hit || !(el.contains(hit) || hit.contains(el))) return {why: 'lies under something else'};
      return {x, y};
    },
    has: (kind, text) => Boolean(find(kind, text)),
    href: text => { const el = find('link', text); return el ? el.getAttribute('href') : ''; },
    select(text) { const el = control(text); el.focus(); el.select(); },
    focused: text => Boolean(control(text)) && document.activeElement === control(text),
    choose(text, option) {
      const el = control(text);
      const found = [...el.options].find(o => squeeze(o.text) === option);
      if (!found) return false;
      el.value = found.value;
      el.dispatchEvent(new Event('change', {bubbles: true}));
      return true;
    },
    value(text) {
      const el = control(text);
      if (!el) return null;
      if (el.type === 'checkbox' || el.type === 'radio') return String(el.checked);
      return el.tagName === 'SELECT' ? squeeze(el.selectedOptions[0].text) : el.value;
    },
    // why is what is said to be wrong with a field, if it is marked so.
    why(text) {
      const el = control(text);
      if (!el || el.getAttribute('aria-invalid') !== 'true') return '';
      return (el.getAttribute('aria-describedby') || '').split(' ').map(id => document.getElementById(id))
        .filter(d => d && visible(d)).map(d => squeeze(d.innerText)).join(' | ');
    },
    text: () => squeeze(document.querySelector('main').innerText),
    heading: () => squeeze(document.querySelector('h1').innerText),
    // row is the item of a list that begins with this number.
    row(number) {
      const el = [...document.querySelectorAll('main li')].filter(visible).find(li => squeeze(li.innerText).startsWith(number + ' '));
      return el ? squeeze(el.innerText) : '';
    },
    tooWide: () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
})()
