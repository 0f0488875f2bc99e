export { prepareQuery } from "../../dataframe/query/run-query.js";
