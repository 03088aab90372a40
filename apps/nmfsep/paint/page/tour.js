// A tour of the page in eight steps. A step ends when what it asks for was done, or with Next.
import { $, element } from './dom.js';

const steps = [
  { at: 'stage', text: 'This is your recording: time runs to the right, high notes are on top, bright is loud. Turn the wheel over it, or press + and −, to come closer; F shows everything again.' },
  { at: 'play', text: 'Press Space, or Play, to listen. A click on the axis of time plays from there; dragging along it loops that stretch.', done: 'play' },
  { at: 'sources', text: 'Each source has a colour. Choose the one that you want to mark, here or with the keys 1 to 9.' },
  { at: 'stage', text: 'Now paint over something that is surely of this source: a bass note below, or a stroke of the drums, tall and thin. Hold the button and drag. Sureness says how sure you are.', done: 'stroke' },
  { at: 'tools', text: 'Other tools: Harmonics paints a note with all its overtones at once, Box and Lasso fill what you surround, the Eraser takes marks away. Never here says where a source is silent. Ctrl+Z undoes anything.' },
  { at: 'status', text: 'After each stroke the recording is separated again; here you read how long it took, and whether anything is wrong.' },
  { at: 'layers', text: 'See and hear what came of it: click a name to see that stem, S to hear it alone, M to silence it. Where something is in the wrong stem, paint there in the right colour.', done: 'listen' },
  { at: 'save', text: 'Save project keeps marks, models and stems; Export stems writes the sounds and a report. That is all. Have fun!' },
];

export class Tour {
  constructor() {
    this.step = -1;
    this.box = null;
    this.place = this.place.bind(this);
    this.onkey = (event) => { if (event.key === 'Escape') this.stop(); };
  }

  get running() { return this.box !== null; }

  start() {
    this.stop();
    this.text = element('p', { id: 'tour-text' });
    this.count = element('span', { className: 'soft' });
    const button = (textContent, onclick) => element('button', { type: 'button', textContent, onclick });
    this.back = button('Back', () => this.go(this.step - 1));
    this.next = button('Next', () => this.go(this.step + 1));
    const group = (...parts) => element('div', { className: 'group' }, parts);
    this.box = element('div', { className: 'tour', role: 'dialog', aria: { label: 'Tour', describedby: 'tour-text' } },
      [this.text, group(this.count, group(button('End', () => this.stop()), this.back, this.next))]);
    document.body.append(this.box);
    addEventListener('keydown', this.onkey);
    addEventListener('resize', this.place);
    addEventListener('scroll', this.place);
    this.go(0);
    this.next.focus({ preventScroll: true });
  }

  stop() {
    this.#mark(null);
    if (!this.box) return;
    this.box.remove();
    this.box = null;
    removeEventListener('keydown', this.onkey);
    removeEventListener('resize', this.place);
    removeEventListener('scroll', this.place);
    $('help').focus({ preventScroll: true });
  }

  go(step) {
    if (step >= steps.length) return this.stop();
    this.step = Math.max(0, step);
    const { at, text } = steps[this.step];
    this.text.textContent = text;
    this.count.textContent = `${this.step + 1} of ${steps.length}`;
    this.back.disabled = this.step === 0;
    this.next.textContent = this.step + 1 === steps.length ? 'Done' : 'Next';
    this.#mark($(at));
    $(at).scrollIntoView({ block: 'center' });
    this.place();
  }

  // Something was done that a step may wait for.
  did(what) {
    if (this.running && steps[this.step].done === what) setTimeout(() => this.#after(what), 900);
  }

  #after(what) { if (this.running && steps[this.step].done === what) this.go(this.step + 1); }

  #mark(place) {
    for (const old of document.querySelectorAll('.toured')) old.classList.remove('toured');
    if (place) place.classList.add('toured');
  }

  // Below what it speaks of, or above, or, where that fills the screen, in its lower right corner.
  place() {
    const about = $(steps[this.step].at).getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const room = { right: innerWidth - width - 12, bottom: innerHeight - height - 12 };
    let top = about.bottom + 12;
    if (top > room.bottom) top = about.top - height - 12;
    if (top < 12) top = Math.min(room.bottom, about.bottom - height - 40);
    const left = about.height > height * 1.5 ? about.right - width - 24 : about.left;
    const within = (place, most) => Math.max(12, Math.min(most, place)) + 'px';
    Object.assign(this.box.style, { left: within(left, room.right), top: within(top, room.bottom) });
  }
}
