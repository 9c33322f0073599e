// Small line charts on canvas.

const style = getComputedStyle(document.documentElement);
const color = name => style.getPropertyValue('--' + name).trim();

/** A chart of some lines over the same times; under the pointer it tells what was. */
export class Chart {
  /** colors: names of the style sheet's; format: of a value; least: the scale never ends below it */
  constructor(canvas, { colors, format, least = 1, onHover }) {
    Object.assign(this, { canvas, colors, format, least, onHover, lines: [], times: [], at: null });
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    canvas.addEventListener('pointermove', event => this.hover(event.offsetX / canvas.clientWidth));
    canvas.addEventListener('pointerleave', () => this.hover(null));
  }

  /** lines: values, null where none is known, all as long as times */
  show(times, lines) {
    this.times = times;
    this.lines = lines;
    this.draw();
    this.tell();
  }

  hover(share) {
    this.at = share;
    this.draw();
    this.tell();
  }

  index() {
    if (this.at === null || this.times.length === 0) return null;
    const missing = Chart.POINTS - this.times.length;
    const index = Math.round(this.at * (Chart.POINTS - 1)) - missing;
    return index < 0 ? null : Math.min(index, this.times.length - 1);
  }

  tell() {
    const index = this.index();
    const values = index === null ? null : this.lines.map(line => line[index]);
    this.onHover(values === null ? null : { time: this.times[index], text: values.map(value => value === null ? '–' : this.format(value)).join(' · ') });
  }

  draw() {
    const { canvas } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (width === 0) return;
    const scale = devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext('2d');
    pen.scale(scale, scale);
    const top = Math.max(this.least, ...this.lines.flat().filter(value => value !== null)) * 1.08;
    const x = index => (index + Chart.POINTS - this.times.length) / (Chart.POINTS - 1) * (width - 2) + 1;
    const y = value => height - 1.5 - value / top * (height - 4);
    pen.strokeStyle = color('line');
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(0, height - 0.5);
    pen.lineTo(width, height - 0.5);
    pen.stroke();
    this.lines.forEach((line, number) => this.line(pen, line, x, y, color(this.colors[number]), number === 0 && this.lines.length === 1, height));
    const index = this.index();
    if (index !== null) {
      pen.fillStyle = color('soft');
      pen.fillRect(x(index), 0, 1, height);
    }
  }

  line(pen, line, x, y, paint, filled, height) {
    pen.strokeStyle = paint;
    pen.lineWidth = 1.6;
    pen.lineJoin = 'round';
    let start = null;
    const end = last => {
      if (start === null) return;
      pen.stroke();
      if (filled) {
        pen.lineTo(x(last), height);
        pen.lineTo(x(start), height);
        pen.globalAlpha = 0.14;
        pen.fillStyle = paint;
        pen.fill();
        pen.globalAlpha = 1;
      }
      start = null;
    };
    line.forEach((value, index) => {
      if (value === null) {
        end(index - 1);
      } else if (start === null) {
        start = index;
        pen.beginPath();
        pen.moveTo(x(index), y(value));
      } else {
        pen.lineTo(x(index), y(value));
      }
    });
    end(line.length - 1);
  }
}

/** A second each. */
Chart.POINTS = 180;
