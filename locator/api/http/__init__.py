"""HTTP for all operations: parameters, answers, problems, API keys, the OpenAPI document, headers and metrics."""
