"""Addresses of the shop: the product, and an order behind its secret link."""

from django.urls import path

from doctorlike.sites.portal.shop import answering, confirming, going_on, learning, showcase

app_name = "shop"
urlpatterns = [
    path("", showcase.index, name="index"),
    path("conditions/", showcase.conditions, name="conditions"),
    path("rules/", showcase.rules, name="rules"),
    path("covered/", learning.covered, name="covered"),
    path("network/", learning.network, name="network"),
    path("network/list.xlsx", learning.network_file, {"extension": "xlsx"}, name="network_xlsx"),
    path("network/list.pdf", learning.network_file, {"extension": "pdf"}, name="network_pdf"),
    path("order/", showcase.start, name="start"),
    path("order/<str:token>/", answering.policyholder, name="policyholder"),
    path("order/<str:token>/insured/<int:number>/", answering.insured, name="insured"),
    path("order/<str:token>/insured/<int:number>/remove/", answering.remove_insured, name="remove_insured"),
    path("order/<str:token>/variant/", going_on.variant, name="variant"),
    path("order/<str:token>/terms/", going_on.accept_terms, name="accept_terms"),
    path("order/<str:token>/later/", going_on.later, name="later"),
    path("order/<str:token>/resume/", going_on.resume, name="resume"),
    path("order/<str:token>/check/", confirming.check, name="check"),
    path("order/<str:token>/code/", confirming.send_code, name="send_code"),
    path("order/<str:token>/pay/", confirming.pay, name="pay"),
    path("order/<str:token>/result/", confirming.result, name="result"),
]
