-- Which refunds are about to be put into a person's wallet: nobody is erased before they are.
create index refund_credit_to on payments.refund (credit_to)
    where state = 'requested' and credit_to is not null;
