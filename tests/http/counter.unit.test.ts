import { inProcessCounter } from '../../shared/rules/counter.ts'
import { counterContract } from '../helpers/http/counter-contract.ts'

counterContract('in this process', inProcessCounter)
