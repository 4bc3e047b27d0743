/** Two-step word problems as `test/tiny-llama/problems.py` words them, drawn by a small generator of our own. */
export function problems(count: number): { readonly question: string; readonly answer: number }[] {
  let state = 20261121;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const people = [
    ...["Mia", "Ana", "Zoe"].map((name) => [name, "She"] as const),
    ...["Tom", "Leo", "Sam"].map((name) => [name, "He"] as const),
  ];
  const things = ["apples", "books", "coins", "pens", "keys"];
  return Array.from({ length: count }, () => {
    const [name, she] = people[draw(people.length)] ?? ["Tom", "He"];
    const thing = things[draw(things.length)] ?? "pens";
    const boxes = draw(3) === 0 ? 2 + draw(8) : undefined;
    const first = boxes === undefined ? 5 + draw(70) : 2 + draw(8);
    let value = boxes === undefined ? first : boxes * first;
    const sentences = [
      boxes === undefined ? `${name} has ${first} ${thing}.` : `${name} has ${boxes} boxes with ${first} ${thing} in each.`,
    ];
    for (let step = boxes === undefined ? 0 : 1; step < 2; step += 1) {
      const gain = draw(2) === 0;
      const n = 1 + draw(gain ? 20 : value);
      value += gain ? n : -n;
      const gains = [`${she} buys ${n} more.`, `${she} finds ${n} more.`, `A friend gives ${name} ${n} more.`];
      const losses = [`${she} gives away ${n}.`, `${she} loses ${n}.`, `${she} sells ${n}.`];
      sentences.push((gain ? gains : losses)[draw(3)] ?? "");
    }
    return { question: `${sentences.join(" ")} How many ${thing} does ${name} have now?`, answer: value };
  });
}
