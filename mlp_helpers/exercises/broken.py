"""Networks and training loops with a fault each, which students find by their behaviour.

The code is encoded, so that it is not read by accident. `print(SOURCE)` shows it.
"""

import base64
import zlib

_ENCODED = (
    "c-rk&!EW3(5WVXw2D(&A6u|+C0x_UN8srop0bCcgYZx*u&8`SjBtcSHJB9x}GnBNFY$I(?y;O%?i5d>yoA)?knx^NSLxi0eRPbPSAV6a{7<UIkw?"
    "KEGjIkaLGIU@x0*a<9U}qeJj-Kw(HPWMpn=wbN!~;5i6Q|E(!3n9Q-rtmInkI?tt#JYL(Ax(P9<)u8oijc3%GMn!O9{$O`e57xOu-+mX}UA?l<#@"
    "0btag`s5w})!Uk-UBx#W-wJoh(4>pU~^3w$9A|z)R2B(Q~qlAy_NASc<aFUiON(Xx<T8Wwp6bua+j~vVNEzi3}ss@hKIP;k8eO&eT?V@}!q+3F4G"
    "mmOlK>O$FWem803j9FKvb-E4DP|Lb!YPT4;`SIs2yV)i1`~uz3&>8&lLF``-%jMPG6vDyE2CO?O@beyp7d122dUwkwAr*sam2!P@L5g+!O136=Wf"
    "9KdXwLcC2cQ~4c~DlFaCt<6u-b4=S{<N4JRSlgJuY|Lp5Yx8H>-fjH8o)3dL6h4hEW4u+!uYWPk%Y1SK^QjH<0xRHDCaX%C1V3%EZeYnEhspV7bX"
    "gvIPW&p8VRKvhA?=~F;Oo``E_)6{%6U#Q6_H36_g_%Uem)S;72H=<{U3EhDtHsTJ+rh%|~7&HAH?ll&|&Y1}M204#S$Rpa%AJ6~za`x#rGR9x&=d"
    "lUAPfzI~I+*T`8|jgpHbwjzBjR#&w^nEs^kEaUDaqsGR48sUb(>Ayr+|wBF6p=aDwHH&Ud}hK3KrIJJE@%rSe=w_3%C`b>1r>(VfD+;M7c)p7ruH"
    "+yTIxFQu1?dMPoM;W7}i9^Im2E1w2Sp%#!*S+^m`oHMCuz9mnktV)CN|bHl9WzB7{;w;mIrchgweblBWsTel*JjNgq>ya8ichU0|ZlX?@0)s~5kw"
    "BE`6;K(pbQl#PxRE$-^Iccm6C#~Zhd0C;(F7kEF)-{^1+6S~NIj&;(HRV6vZFE>xjU`++>@4yi={E4``8oV2a_9Nl9r(XHe&~+>MsB_~ui#ZhU!H"
    "gG{(&K0_V2%P#*wG4z38oCW4%n36uFE@SWl^2*^Es$ipKPR@^DNcbvz0kxY{ipH;ij>`C7y$l8us=^lj`1`Up#-7YvJRJ_r{U*-qGgF92Q1F_tSX"
    "aW&39owB@MO}L)<KM^i&jIC6Qz3D>|4{<z)sm~`H`bhhR{*MG1xfM?IMU0t`1hXvhRXhsJBgZq+EaCc$uyBhL;Z60_F>#gTJ0RC$>H"
)
SOURCE = zlib.decompress(base64.b85decode(_ENCODED)).decode()
exec(SOURCE)
