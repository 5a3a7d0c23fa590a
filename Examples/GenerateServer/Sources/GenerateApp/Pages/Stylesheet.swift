/// The stylesheet of all pages.
enum Stylesheet {
    static let text = foundation + controls + layout + pages

    private static let foundation = """
        :root {
          --paper: #f7f6f3; --card: #ffffff; --ink: #1d2422; --soft: #5c6663; --line: #e2e0da;
          --accent: #0f766e; --accent-ink: #ffffff; --wash: #e3f0ed; --warn: #9a3412; --warn-wash: #fdeee3;
          --shadow: 0 1px 2px rgb(20 30 28 / .05), 0 10px 30px rgb(20 30 28 / .06);
          font-family: Inter, ui-sans-serif, system-ui, "Segoe UI", sans-serif; line-height: 1.55;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #111716; --card: #1a2321; --ink: #eef3f1; --soft: #a0aeaa; --line: #2c3835;
            --accent: #5eead4; --accent-ink: #06251f; --wash: #17332e; --warn: #fdba74; --warn-wash: #3a2413;
            --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 10px 30px rgb(0 0 0 / .25);
          }
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0; background: var(--paper); color: var(--ink); font-size: 16px; min-height: 100vh;
          display: flex; flex-direction: column; -webkit-font-smoothing: antialiased; }
        h1, h2 { line-height: 1.15; letter-spacing: -.02em; margin: 0; text-wrap: balance; }
        h1 { font-size: clamp(1.7rem, 3.2vw, 2.2rem); font-weight: 680; }
        h2 { font-size: 1.15rem; font-weight: 650; }
        p { margin: .5rem 0; }
        a { color: var(--accent); text-underline-offset: .18em; }
        small { color: var(--soft); font-size: .85em; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; z-index: 9; }

        """

    private static let controls = """
        button, .button { font: inherit; cursor: pointer; border-radius: 10px; border: 1px solid var(--line);
          background: var(--card); color: var(--ink); padding: .55rem .9rem; transition: filter .15s, background .15s; }
        button:hover { filter: brightness(.97); }
        .primary { width: 100%; background: var(--accent); color: var(--accent-ink); border: 0; font-weight: 620;
          padding: .8rem 1rem; display: flex; justify-content: center; gap: .6rem; align-items: baseline; }
        .primary:hover { filter: brightness(1.08); }
        .primary[disabled] { opacity: .65; cursor: progress; }
        .primary .cost { font-weight: 500; opacity: .8; font-size: .9em; }
        .quiet { white-space: nowrap; border: 0; background: none; color: var(--soft); padding: .4rem .2rem; }
        .quiet:hover { color: var(--ink); text-decoration: underline; }
        label, legend { font-weight: 600; font-size: .92rem; display: block; margin-bottom: .35rem; padding: 0; }
        input[type=text], input:not([type]), textarea { width: 100%; font: inherit; color: inherit;
          background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: .7rem .8rem; }
        textarea { resize: vertical; min-height: 5.2rem; }
        ::placeholder { color: var(--soft); opacity: .75; }
        fieldset { border: 0; padding: 0; margin: 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 1.4rem;
          box-shadow: var(--shadow); }
        .chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: .6rem 0 1.1rem; }
        .chip { font-size: .82rem; padding: .25rem .7rem; border-radius: 99px; color: var(--soft); }
        .chip:hover { color: var(--accent); border-color: var(--accent); }
        .sizes { display: grid; gap: .5rem; }
        .option { display: flex; align-items: center; gap: .7rem; margin: 0; font-weight: 400; cursor: pointer;
          border: 1px solid var(--line); border-radius: 12px; padding: .6rem .8rem; }
        .option:has(:checked) { border-color: var(--accent); background: var(--wash); }
        .option .body { flex: 1; display: grid; line-height: 1.3; }
        .option strong { font-weight: 600; }
        .option .price { font-variant-numeric: tabular-nums; white-space: nowrap; font-size: .9rem; }
        input[type=radio], input[type=checkbox] { accent-color: var(--accent); width: 1.05rem; height: 1.05rem;
          margin: 0; flex: none; }
        .check { display: flex; gap: .7rem; align-items: center; font-weight: 400; margin: 1rem 0; cursor: pointer; }
        .message:not(:empty) { margin-top: .9rem; padding: .7rem .9rem; border-radius: 12px; background: var(--wash);
          font-size: .95rem; }
        .message.bad { background: var(--warn-wash); color: var(--warn); }
        .message.bad a { color: inherit; font-weight: 650; }
        .tag { font-size: .72rem; font-weight: 650; letter-spacing: .03em; background: var(--warn-wash); color: var(--warn);
          border-radius: 6px; padding: .12rem .45rem; white-space: nowrap; }
        .note { color: var(--soft); font-size: .88rem; margin: 1rem 0 0; }
        .eyebrow { color: var(--accent); font-weight: 620; font-size: .9rem; margin: 0 0 .6rem; }
        .lead { color: var(--soft); font-size: 1.05rem; max-width: 44rem; text-wrap: pretty; }
        .banner { background: var(--warn-wash); border-radius: 14px; padding: .9rem 1.1rem; margin: 0 0 1.6rem; }
        .banner.good { background: var(--wash); }

        """

    private static let layout = """
        .top { position: sticky; top: 0; z-index: 5; display: flex; align-items: center; gap: 1rem 2rem; padding-block: .8rem;
          padding-inline: max(clamp(1rem, 4vw, 2.5rem), calc(50vw - 33.5rem));
          border-bottom: 1px solid var(--line); background: var(--card); flex-wrap: wrap; }
        .brand { display: flex; gap: .6rem; align-items: center; font-weight: 700; letter-spacing: -.02em;
          font-size: 1.1rem; color: var(--ink); text-decoration: none; }
        .brand img { display: block; }
        nav { display: flex; gap: .3rem; }
        nav a { color: var(--soft); text-decoration: none; padding: .35rem .7rem; border-radius: 8px; font-size: .95rem;
          white-space: nowrap; }
        nav a:hover { color: var(--ink); }
        nav a[aria-current] { color: var(--ink); background: var(--paper); font-weight: 600; }
        .who { margin-left: auto; display: flex; align-items: center; gap: .9rem; font-size: .95rem; min-width: 0; }
        .name { font-weight: 600; max-width: 9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .pill { display: flex; align-items: center; gap: .6rem; border-radius: 99px; background: var(--wash);
          padding: .3rem .9rem; white-space: nowrap; }
        .pill .amount { color: var(--accent); text-decoration: none; font-variant-numeric: tabular-nums; }
        .pill .held { color: var(--soft); font-size: .85rem; }
        .pill .more { font-weight: 650; }
        .pill.low { background: var(--warn-wash); }
        .pill.low a { color: var(--warn); }
        main { width: 100%; max-width: 72rem; margin: 0 auto; padding: clamp(1.4rem, 4vw, 2.8rem) clamp(1rem, 4vw, 2.5rem);
          flex: 1; }
        .bottom { color: var(--soft); font-size: .88rem; text-align: center; padding: 1.2rem; }
        @media (max-width: 46rem) {
          .top { padding-block: .7rem; row-gap: .5rem; }
          .who { flex: 1; justify-content: flex-end; gap: .7rem; }
          nav { order: 3; width: 100%; justify-content: space-between; }
          .name, .brand:has(+ nav) span { display: none; }
        }

        """

    private static let pages = """
        .welcome { display: grid; grid-template-columns: 1.2fr minmax(18rem, 24rem); gap: clamp(2rem, 6vw, 5rem);
          align-items: center; padding-top: clamp(0rem, 6vh, 4rem); }
        .welcome h1 { font-size: clamp(2rem, 4.6vw, 3.1rem); }
        .welcome .lead { margin-top: 1.2rem; }
        .welcome .card { display: grid; }
        .welcome .card h2 { margin-bottom: 1rem; font-size: 1.3rem; }
        .welcome .card .primary { margin-top: .9rem; }
        .studio { display: grid; grid-template-columns: minmax(20rem, 25rem) 1fr; gap: clamp(1.5rem, 4vw, 3rem);
          align-items: start; }
        .studio h1 { margin-bottom: 1.1rem; font-size: 1.6rem; }
        .wall h2 { margin-bottom: 1.2rem; padding-top: .45rem; }
        .gallery { list-style: none; margin: 0; padding: 0; display: grid; gap: 1.4rem 1.2rem;
          grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
        .gallery img, .gallery .wait { display: block; width: 100%; aspect-ratio: 4 / 3; object-fit: cover;
          border-radius: 14px; background: var(--line); box-shadow: var(--shadow); }
        .gallery .wait { background: linear-gradient(100deg, var(--line) 40%, var(--card) 50%, var(--line) 60%);
          background-size: 300% 100%; animation: wait 1.4s linear infinite; }
        @keyframes wait { from { background-position: 100% 0; } to { background-position: 0 0; } }
        @media (prefers-reduced-motion: reduce) { .gallery .wait { animation: none; } }
        .caption { margin: .6rem 0 0; font-weight: 550; line-height: 1.35; overflow-wrap: anywhere; display: -webkit-box;
          -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
        .meta { margin: .1rem 0 0; color: var(--soft); font-size: .85rem; }
        .empty { color: var(--soft); text-align: center; padding: 4rem 1rem; border: 2px dashed var(--line);
          border-radius: 18px; }
        .empty img { opacity: .5; }
        .packs { list-style: none; padding: 0; margin: 1.8rem 0 0; display: grid; gap: 1.2rem;
          grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
        .ticket { background: var(--card); border: 1px solid var(--line); border-radius: 18px; box-shadow: var(--shadow);
          text-align: center; }
        .ticket .big { margin: 1.5rem 0 0; }
        .ticket .big strong { font-size: 2.9rem; letter-spacing: -.04em; line-height: 1; display: block; }
        .ticket .rate { color: var(--soft); font-size: .9rem; margin: .2rem 0 1.2rem; }
        .ticket .stub { border-top: 2px dashed var(--line); padding: 1rem 1.3rem 1.3rem; position: relative; }
        .ticket .stub::before, .ticket .stub::after { content: ""; position: absolute; top: -9px; width: 16px; height: 16px;
          border-radius: 50%; background: var(--paper); border: 1px solid var(--line); }
        .ticket .stub::before { left: -9px; clip-path: inset(-1px -1px -1px 50%); }
        .ticket .stub::after { right: -9px; clip-path: inset(-1px 50% -1px -1px); }
        .money { font-size: 1.35rem; font-weight: 650; margin: 0 0 .8rem; }
        .money input { width: 4.2rem; font: inherit; font-size: 1.05rem; color: inherit; padding: .2rem .4rem;
          background: var(--paper); border: 1px solid var(--line); border-radius: 8px; text-align: center; }
        .sellers { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; margin-top: 1.4rem; }
        .sellers legend { float: left; margin: 0 .4rem 0 0; }
        .sellers .option { padding: .4rem .8rem; }
        .purchases { margin-top: 3rem; }
        .purchases .scroll { margin-top: .8rem; }
        .purchases td:last-child, .purchases th:last-child { padding-left: 1.2rem; }
        .purchases td:nth-last-child(2), .purchases th:nth-last-child(2) { padding-left: 1.6rem; }
        .purchases tbody td { vertical-align: top; }
        .purchases td:nth-child(2) { white-space: nowrap; }
        address { font-style: normal; font-size: .88rem; line-height: 1.4; color: var(--soft); min-width: 10rem; }
        address span { display: block; overflow-wrap: anywhere; }
        address span:first-child { color: var(--ink); }
        .tag.good { background: var(--wash); color: var(--accent); }
        .balance { margin-top: 3rem; max-width: 26rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .65rem .3rem; border-bottom: 1px solid var(--line); font-weight: 400; }
        .figures { margin-top: .6rem; }
        .figures td { text-align: right; }
        tfoot th, tfoot td { font-weight: 680; border-bottom: 0; }
        thead th { color: var(--soft); font-size: .85rem; }
        .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 18px;
          padding: .4rem 1.1rem; margin-top: 1.5rem; }
        .history tbody tr:last-child td { border-bottom: 0; }
        .history time { color: var(--soft); white-space: nowrap; }
        .number { text-align: right; white-space: nowrap; }
        .number.in { color: var(--accent); font-weight: 620; }
        .paging { display: flex; justify-content: space-between; margin-top: 1rem; }
        .sandbox-bar { background: var(--warn-wash); color: var(--warn); text-align: center; margin: 0; padding: .6rem 1rem; }
        .payment { display: grid; grid-template-columns: 1fr 1fr; gap: clamp(1.5rem, 5vw, 4rem); max-width: 54rem;
          margin: 4vh auto; align-items: start; }
        .payment h1 { font-size: 2.6rem; margin-bottom: 1.6rem; }
        dl { display: grid; grid-template-columns: 1fr auto; margin: 0; }
        dt, dd { margin: 0; padding: .7rem 0; border-bottom: 1px solid var(--line); }
        dd { text-align: right; }
        .sum { font-weight: 680; border: 0; }
        .fake { opacity: .6; user-select: none; }
        .fake p { font-weight: 600; margin: 0 0 .4rem; font-size: .92rem; }
        .field { border: 1px solid var(--line); background: var(--paper); border-radius: 10px; padding: .7rem .9rem;
          display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
        .field span { font-size: .75rem; font-weight: 700; color: var(--soft); }
        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; margin: .6rem 0 1.2rem; }
        .cancel { text-align: center; margin: .9rem 0 0; }
        .code { display: flex; gap: .6rem; margin-bottom: .8rem; } .code input { flex: 1; min-width: 0; }
        .ways { display: grid; gap: .6rem; }
        .receipt { max-width: 30rem; margin: 4vh auto; }
        .panel { margin-top: 2.4rem; }
        .webhook-actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .8rem 0 1.2rem; }
        .orders { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
        .orders .head { margin: 0 0 .4rem; }
        .orders ul { margin: .2rem 0 .6rem; padding-left: 1.2rem; }
        .acts { display: flex; flex-wrap: wrap; gap: .5rem; }
        .acts form { display: flex; gap: .3rem; }
        .acts button, .webhook-actions button { padding: .35rem .7rem; font-size: .9rem; }
        .acts input { width: 5rem; padding: .35rem .5rem; font-size: .9rem; }
        @media (max-width: 52rem) {
          .welcome, .studio, .payment { grid-template-columns: minmax(0, 1fr); }
          .chips { flex-wrap: nowrap; overflow-x: auto; margin-inline: -1.4rem; padding: .2rem 1.4rem; }
          .chip { flex: none; }
          .purchases thead { display: none; }
          .purchases table, .purchases tbody { display: block; }
          .purchases tr { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .8rem .3rem;
            border-bottom: 1px solid var(--line); }
          .purchases tr:last-child { border-bottom: 0; }
          .purchases tbody td { border: 0; padding: 0 !important; order: 3; }
          .purchases td:nth-child(2), .purchases td.number { order: 1; font-weight: 600; }
          .purchases td:nth-child(1), .purchases td:nth-child(4) { order: 2; }
          .purchases td:nth-child(4), .purchases td:last-child { text-align: right; }
          .purchases td:nth-child(6) { order: 4; grid-column: 1 / -1; }
          .purchases .history time { width: auto; }
          .history time { white-space: normal; display: block; font-size: .85rem; line-height: 1.35; width: 6.5rem; }
          .gallery { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1.1rem .9rem; }
        }

        """
}
