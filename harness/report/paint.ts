/** Colours as an argument, so that rendering stays a pure function and tests see plain text. */
import pc from 'picocolors';

type Brush = (text: string) => string;

export interface Paint {
    readonly red: Brush;
    readonly green: Brush;
    readonly yellow: Brush;
    readonly cyan: Brush;
    readonly dim: Brush;
    readonly bold: Brush;
}

/** ANSI colours, or none. Pure: who asks decides whether the stream is a terminal. */
export function paint(colours: boolean): Paint {
    const { red, green, yellow, cyan, dim, bold } = pc.createColors(colours);
    return {
        red: text => red(text),
        green: text => green(text),
        yellow: text => yellow(text),
        cyan: text => cyan(text),
        dim: text => dim(text),
        bold: text => bold(text)
    };
}
