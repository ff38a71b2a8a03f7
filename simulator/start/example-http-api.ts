/** The example HTTP API. It is no file, because the command line starts the simulator in folders of its users. */
export const exampleHttpApi = `
# The example HTTP API of \`npm run simulator\`. Its backend is the simulator's own, which answers what the query says.
openapi: 3.0.3
info:
  title: Orders over HTTP
  version: "1"
paths:
  /orders:
    get:
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: http://backend.localhost/orders
        payloadFormatVersion: "1.0"
  /$default:
    x-amazon-apigateway-any-method:
      isDefaultRoute: true
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: http://backend.localhost/?status=404
        payloadFormatVersion: "1.0"
`;
