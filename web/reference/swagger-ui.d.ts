/** As much of Swagger UI as is used here. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Options {
    domNode: HTMLElement
    url: string
    deepLinking?: boolean
    docExpansion?: 'none' | 'list' | 'full'
    defaultModelsExpandDepth?: number
    displayOperationId?: boolean
    filter?: boolean
    /** The methods that may be tried out. */
    supportedSubmitMethods?: string[]
    /** Null: the document is sent to nobody to be checked. */
    validatorUrl?: null
  }
  export default function SwaggerUI(options: Options): unknown
}
