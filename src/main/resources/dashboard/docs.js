// Everything is relative: the service may be behind a gateway's prefix. Nobody else is asked for anything.
window.SwaggerUIBundle({
  url: 'openapi.yaml',
  dom_id: '#docs',
  validatorUrl: null,
  deepLinking: false,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
});
