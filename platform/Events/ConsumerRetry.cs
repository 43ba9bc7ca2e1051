using MassTransit;
using MassTransit.RetryPolicies;

namespace Ips.Platform.Events;

/// <summary>
/// When a consumer tries again. What fails in the same way each time (<see cref="Faults.IsPermanent"/>): never, so that it holds up no other message. Another
/// failure of its own: four more attempts after about 0.3, 1, 3 and 9 seconds, with jitter so that replicas do not return together.
/// An outage (<see cref="Faults.IsOutage"/>) is no fault of the message: every 5 seconds for as long as it lasts; after 30 minutes
/// the broker takes the delivery back and redelivers it.
/// </summary>
/// <remarks>One policy for both: in MassTransit 8 a retry inside a retry keeps the outer one from trying.</remarks>
internal sealed class ConsumerRetry : IRetryPolicy
{
    private const int OwnRetries = 4;

    public RetryPolicyContext<T> CreatePolicyContext<T>(T context)
        where T : class, PipeContext => new FirstFailure<T>(this, context);

    public bool IsHandled(Exception exception) => !Faults.IsPermanent(exception);

    public void Probe(ProbeContext context) => context.CreateScope("consumer-retry");

    private static TimeSpan Pause(Exception failure, int ownFailures)
    {
        var seconds = Faults.IsOutage(failure) ? 5 : 0.3 * Math.Pow(3, ownFailures - 1);
        return TimeSpan.FromSeconds(seconds * (0.75 + (Random.Shared.NextDouble() / 2)));
    }

    private sealed class FirstFailure<T>(IRetryPolicy policy, T context) : BaseRetryPolicyContext<T>(policy, context)
        where T : class, PipeContext
    {
        protected override RetryContext<T> CreateRetryContext(Exception exception, CancellationToken cancellationToken) =>
            new Attempt<T>(Context, exception, 1, Faults.IsOutage(exception) ? 0 : 1, cancellationToken);
    }

    private sealed class Attempt<T>(T context, Exception failure, int count, int ownFailures, CancellationToken cancellationToken)
        : BaseRetryContext<T>(context, failure, count, cancellationToken), RetryContext<T>
        where T : class, PipeContext
    {
        public override TimeSpan? Delay { get; } = Pause(failure, ownFailures);

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext)
        {
            var own = ownFailures + (Faults.IsOutage(exception) ? 0 : 1);
            retryContext = new Attempt<T>(Context, exception, RetryCount + 1, own, CancellationToken);
            return own <= OwnRetries && !Faults.IsPermanent(exception) && !CancellationToken.IsCancellationRequested;
        }
    }
}
