// Starts the page of /api/docs. Addresses are relative to it, so that it works below any path. No validator: it would tell
// somebody else's server about this one.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, displayRequestDuration: true, validatorUrl: null });
