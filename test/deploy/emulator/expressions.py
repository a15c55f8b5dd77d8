"""An expression is parsed once, and not for each row and each call that it is evaluated for."""
import functools

from ministack.services import dynamodb

_tokens_of = functools.lru_cache(maxsize=1024)(lambda expression, parse=dynamodb._tokenize: tuple(parse(expression)))

dynamodb._tokenize = lambda expression: list(_tokens_of(expression))
dynamodb._condition_syntax_error = functools.lru_cache(maxsize=1024)(dynamodb._condition_syntax_error)
