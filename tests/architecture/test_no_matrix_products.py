"""No day of a market asks for a matrix product, because that would wake threads that nobody asked for.

A matrix product goes to the library behind NumPy (OpenBLAS), however small it is. That keeps threads of
its own, which spin for some milliseconds after each call and take the second core from the kernels. Only
what is fitted before a study may use it.
"""

import ast

import pytest
from source import functions, modules

PRODUCTS = {"dot", "vdot", "inner", "matmul", "einsum", "tensordot", "linalg"}
FITTED_BEFORE_A_STUDY = {"fit_logistic", "auc"}
ALL = dict(modules("sim", "policies"))


def is_product(node: ast.AST) -> bool:
    at_sign = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult)
    return at_sign or (isinstance(node, ast.Attribute) and node.attr in PRODUCTS)


@pytest.mark.parametrize("name", ALL)
def test_no_matrix_product_in_a_day(name: str) -> None:
    tree = ALL[name]
    before = [node for one in functions(tree) if one.name in FITTED_BEFORE_A_STUDY for node in ast.walk(one)]
    assert not [ast.unparse(node) for node in ast.walk(tree) if is_product(node) and node not in before]


def test_it_would_be_found() -> None:
    for line in ("a @ b", "a @= b", "np.dot(a, b)", "a.dot(b)", "np.linalg.norm(a)"):
        assert any(is_product(node) for node in ast.walk(ast.parse(line))), line
