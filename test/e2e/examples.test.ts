import { STEPS } from "../../examples/steps";
import { expectAsShown } from "../support/example";

jest.setTimeout(400_000);

test.each(Object.keys(STEPS))("the example %s does what its README shows", (name) => expectAsShown(name));
