/** Name of an AWS region, such as eu-west-1, us-gov-east-1 or eusc-de-east-1. One becomes part of a host's name. @see AWS General Reference, "AWS Regions" */
export const REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
